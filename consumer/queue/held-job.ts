import type { Job } from 'bullmq';
import type { JobProgress } from '../../core/progress/job-progress.ts';
import type { Slot } from '../cores/cut-slots.ts';

/** A job whose lock this consumer holds, from the fetch until the ack is accepted or the job is handed back. */
export interface HeldJob {
  job: Job<unknown>;
  /** The lock's owner, unique per fetch. */
  token: string;
  /** Unique per fetch: BullMQ's count of starts and a piece of the token. */
  runId: string;
  slot: Slot;
  /** The last moment at which Redis surely had the lock for its whole time, ms of `monotonicMs`. */
  lockedAtMs: number;
  /** ORCA's session while it runs. */
  sessionId?: number | undefined;
  /** What ORCA works on, and where, while it runs. */
  run?: { dir: string; formula: string; ended: AbortSignal } | undefined;
  /** How far it is, as of the last look. */
  progress?: JobProgress | undefined;
  /** When the guard stops that session, ms of `monotonicMs`, as it was set last. */
  guardedUntilMs?: number;
  /** This process was paused for so long that the guard may have stopped the run. */
  mayBeStopped?: boolean;
  /** A user's reason, when it is to be cancelled. */
  cancelReason?: string;
  /** Ends the run; the reason says why. */
  stop: AbortController;
}

/** `walltime`: a drain for the end of the allocation. */
export type InterruptReason = 'drain' | 'walltime' | 'lock_lost' | 'cancelled';

/** Why a run was stopped, of what `stop` was aborted with. */
export function whyStopped({ reason }: Pick<AbortSignal, 'reason'>): InterruptReason {
  return reason === 'lock_lost' || reason === 'cancelled' || reason === 'walltime' ? reason : 'drain';
}

/**
 * Codes with which BullMQ refuses an ack or a hand-back for good: the job is gone (-1), the lock is gone
 * (-2), the job is not active (-3), another consumer owns it (-6). The result stays on disk.
 */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && [-1, -2, -3, -6].includes(Number(error.code));
}

/** Why the queue refused, in words. @param state where the job is now, as BullMQ names it */
export function explainRefusal(error: unknown, state: string): string {
  const code = error instanceof Error && 'code' in error ? Number(error.code) : 0;
  if (code === -1) return 'the job is no longer on the queue';
  if (code === -6) return 'another consumer owns the job now';
  return `its lock is gone, and the job is ${state}`;
}
