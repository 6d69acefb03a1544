/** The shell in which a batch script starts a consumer: it holds signals back, and its own parent may vanish. */
import { readFileSync } from 'node:fs';
import { readVariable } from '../core/config/environment.ts';

/** How often the parent is looked at. */
const lookMs = 2000;

/** That shell's process id; undefined: the consumer was started otherwise. */
function findShell(): number | undefined {
  return readVariable('OACT_SIGNALS_HELD_BY') === String(process.ppid) ? process.ppid : undefined;
}

/** Tells the shell of a batch script that this process listens for signals now: it passes on what came before. */
export function releaseHeldSignals(): void {
  const shell = findShell();
  if (shell !== undefined) process.kill(shell, 'SIGURG');
}

/** The parent of a process; undefined where /proc does not tell, or it is gone. */
function parentOf(pid: number): number | undefined {
  try {
    // The program's name is in parentheses and may hold any character.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(')').at(-1)?.trim().split(' ');
    return Number(fields?.[1]);
  } catch {
    return undefined;
  }
}

/**
 * Calls back once when whoever started this process, or the shell around it, is gone: a scheduler whose daemon on this node
 * died neither signals nor ends it. @returns stops watching
 */
export function watchParent(onGone: () => void, everyMs = lookMs): () => void {
  const shell = findShell();
  const parents = (): string => `${process.ppid} ${shell === undefined ? '' : parentOf(shell)}`;
  const first = parents();
  const timer = setInterval(() => {
    if (parents() === first) return;
    clearInterval(timer);
    onGone();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
