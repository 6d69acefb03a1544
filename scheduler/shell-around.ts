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

function isBroker(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('flux-broker');
  } catch {
    return false;
  }
}

/**
 * The processes on which this one depends, the nearest first: who started it, or the shell around it; within Flux all up to the broker of
 * the node. An allocation is an instance of its own there, which outlives the broker that started it.
 */
function listStarters(): number[] {
  const ancestors: number[] = [process.ppid];
  for (let next = parentOf(process.ppid); next !== undefined && next > 1; next = parentOf(next))
    ancestors.push(next);
  return ancestors.slice(
    0,
    Math.max(findShell() === undefined ? 1 : 2, ancestors.findLastIndex(isBroker) + 1),
  );
}

/**
 * Calls back once when one of the processes that started this one is gone: a scheduler whose daemon on this node died neither signals nor
 * ends it. @returns stops watching
 */
export function watchParent(onGone: () => void, everyMs = lookMs): () => void {
  const starters = listStarters();
  const isThere = (pid: number, index: number): boolean => {
    const below = starters[index - 1];
    return (below === undefined ? process.ppid : parentOf(below)) === pid;
  };
  const timer = setInterval(() => {
    if (starters.every(isThere)) return;
    clearInterval(timer);
    onGone();
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
