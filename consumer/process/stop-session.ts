import { setTimeout as delay } from 'node:timers/promises';
import { listSession } from './list-session.ts';

/** How often a vanishing session is looked at, ms. A scan of /proc costs about 10 µs per process. */
const pollMs = 50;

/** How often a session that was told to end is searched for processes born since, ms. */
const newcomersMs = 500;

/** Sends a signal to the group of the leader and to every member that left the group. */
function signalSession(sessionId: number, signal: NodeJS.Signals): void {
  for (const target of [-sessionId, ...listSession(sessionId)]) signalProcess(target, signal);
}

function signalProcess(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // Gone between the scan and the signal: that is what we want.
  }
}

/** Waits until no process of the session is left; false when some are still there after `timeoutMs` or at `cut`. */
export async function waitForSession(
  sessionId: number,
  timeoutMs: number,
  cut?: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (listSession(sessionId).length > 0) {
    if (performance.now() >= deadline || cut?.aborted === true) return false;
    await delay(pollMs);
  }
  return true;
}

/**
 * Ends a whole session: TERM, up to `graceMs`, then KILL until nothing of it is left.
 * `force` skips the grace. mpirun of Open MPI 5 ignores TERM while it hangs, so KILL must follow.
 * @returns false when something survived KILL for 30 s (a process in uninterruptible sleep)
 */
export async function stopSession(sessionId: number, graceMs: number, force?: AbortSignal): Promise<boolean> {
  const told = new Set(listSession(sessionId));
  signalSession(sessionId, 'SIGTERM');
  const termDeadline = performance.now() + graceMs;
  const isInGrace = (): boolean => performance.now() < termDeadline && force?.aborted !== true;
  do {
    const waitMs = Math.min(newcomersMs, termDeadline - performance.now());
    if (await waitForSession(sessionId, waitMs, force)) return true;
    // Born in the moment of the first signal, they have not heard it. The others must not: mpirun drops everything at a second TERM.
    for (const pid of listSession(sessionId).filter((member) => !told.has(member))) {
      told.add(pid);
      signalProcess(pid, 'SIGTERM');
    }
  } while (isInGrace());
  const killDeadline = performance.now() + 30_000;
  while (performance.now() < killDeadline) {
    signalSession(sessionId, 'SIGKILL');
    if (await waitForSession(sessionId, 200)) return true;
  }
  return false;
}
