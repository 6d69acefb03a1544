import { readProcessTable } from './process-table.ts';

/** Kills a process and all below it so that nobody is left who could react, as a node that loses its power does. */
export function killTree(root: number): void {
  signalQuietly(root, 'SIGSTOP');
  for (const { pid, parent } of readProcessTable().values()) if (parent === root) killTree(pid);
  signalQuietly(root, 'SIGKILL');
}

/** A process that is gone meanwhile is what was wanted. */
export function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone.
  }
}
