import { jobFieldsOf } from '../../core/job/job-fields.ts';
import type { Logger } from '../../core/logger.ts';
import type { OutageLog } from '../../core/redis/outage-log.ts';
import type { HeldJob, InterruptReason } from './held-job.ts';
import { monotonicMs } from '../../core/monotonic-clock.ts';

export interface LockSettings {
  lockSeconds: number;
  renewSeconds: number;
}

/**
 * ORCA must be gone before the lock can expire: TERM, grace and KILL take up to 45 s. The margin is the
 * smaller of that and a quarter of the lock, for the short locks of tests.
 */
const fenceMarginSeconds = (lockSeconds: number): number => Math.min(45, lockSeconds / 4);

/**
 * When the guard stops an ORCA whose lock was last confirmed at `lockedAtMs`: behind the consumer's own fence, which ends
 * it in better order, and still before the lock expires.
 */
export function guardDeadlineMs(lockedAtMs: number, lockSeconds: number): number {
  return lockedAtMs + (lockSeconds - fenceMarginSeconds(lockSeconds) / 2) * 1000;
}

/** Whether a consumer that has not reached Redis since `lockedAtMs` must stop its ORCA now. Both times of `monotonicMs`. */
export function mustFence(lockedAtMs: number, nowMs: number, lockSeconds: number): boolean {
  return nowMs - lockedAtMs > (lockSeconds - fenceMarginSeconds(lockSeconds)) * 1000;
}

/**
 * Renews the locks of all held jobs. A lost lock, or one that cannot be renewed for nearly as long as
 * it lasts, stops that job's ORCA before another consumer can start it.
 */
export function keepLocks(
  held: ReadonlySet<HeldJob>,
  settings: LockSettings,
  outage: OutageLog,
  log: Logger,
  onRenewed: (job: HeldJob) => void = () => undefined,
): { stop: () => void } {
  const fence = (job: HeldJob, why: string): void => {
    if (job.stop.signal.aborted) return;
    const about = { ...jobFieldsOf(job.job.id), slot: job.slot.slot, why };
    if (job.sessionId === undefined)
      log.warn(about, 'lock lost while no ORCA runs: the published result waits on disk for the next owner');
    else log.error(about, 'lock lost: ORCA is stopped');
    job.stop.abort('lock_lost' satisfies InterruptReason);
  };
  const renew = async (job: HeldJob): Promise<void> => {
    const askedAtMs = monotonicMs();
    try {
      const kept = await job.job.extendLock(job.token, settings.lockSeconds * 1000);
      outage.answered('renewal');
      if (kept === 1) {
        job.lockedAtMs = askedAtMs;
        onRenewed(job);
      } else if (held.has(job))
        fence(job, 'the queue gave it to another consumer, or it was taken off the queue');
    } catch (error) {
      outage.failed(error, 'renewal');
    }
  };
  // Consumers that started in the same second renew at different times.
  let lastRenewalMs = monotonicMs() - Math.random() * settings.renewSeconds * 1000;
  const check = (): void => {
    const now = monotonicMs();
    if (held.size === 0) outage.forget('renewal');
    for (const job of held)
      if (mustFence(job.lockedAtMs, now, settings.lockSeconds))
        fence(job, 'Redis did not answer for too long');
    if (now - lastRenewalMs < settings.renewSeconds * 1000) return;
    lastRenewalMs = now;
    for (const job of held) void renew(job);
  };
  // Looked at more often than renewed, because a paused process wakes up late.
  const timer = setInterval(check, Math.min(settings.renewSeconds * 1000, 5000) / 2);
  return { stop: () => clearInterval(timer) };
}
