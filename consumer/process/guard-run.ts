import type { HeldJob } from '../queue/held-job.ts';
import { guardDeadlineMs } from '../queue/keep-locks.ts';
import type { Guard } from './start-guard.ts';
import { monotonicMs } from '../../core/monotonic-clock.ts';

/** A guard on a busy node may learn of a new deadline this late. */
const slackMs = 1000;

/** Whether a guard with this deadline may have stopped the run by now. */
function isPastGuard(guardedUntilMs: number | undefined, nowMs: number): boolean {
  return guardedUntilMs !== undefined && nowMs > guardedUntilMs - slackMs;
}

/** Tells the guard until when the run of a job may continue without a word from us: at its start and at every renewal. */
export function guardRun(held: HeldJob, guard: Pick<Guard, 'watch'>, lockSeconds: number): void {
  if (held.sessionId === undefined) return;
  held.mayBeStopped ||= isPastGuard(held.guardedUntilMs, monotonicMs());
  held.guardedUntilMs = guardDeadlineMs(held.lockedAtMs, lockSeconds);
  guard.watch(held.sessionId, held.guardedUntilMs);
}

/** The run has ended: whether by itself is uncertain when this process was paused for too long meanwhile. */
export function releaseRun(held: HeldJob, guard: Pick<Guard, 'release'>): void {
  if (held.sessionId === undefined) return;
  held.mayBeStopped ||= isPastGuard(held.guardedUntilMs, monotonicMs());
  guard.release(held.sessionId);
  held.sessionId = undefined;
}
