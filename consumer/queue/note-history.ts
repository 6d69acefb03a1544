import type { JobHistory } from '../../core/job/job-history.ts';
import type { HeldJob } from './held-job.ts';

/**
 * Writes what the job carries of its past, if the lock is still ours. BullMQ guards every other write by the token, but not
 * this one: a consumer that was paused for longer than its lock would put old counts over newer ones. The renewal just
 * before leaves it a few milliseconds for that, and the price would be one more round of a job that circles.
 * The note is of absolute counts, so that repeating it changes nothing.
 */
export async function writeHistory(held: HeldJob, history: JobHistory, lockSeconds: number): Promise<void> {
  const { job, token } = held;
  // Not ours any more: the move that follows is refused, and says so.
  if ((await job.extendLock(token, lockSeconds * 1000)) === 1) await job.updateProgress(history);
}
