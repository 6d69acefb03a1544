import type { Logger } from '../core/logger.ts';
import type { HeldJob, InterruptReason } from './held-job.ts';
import type { OutageLog } from './outage-log.ts';

export interface LockSettings {
  lockSeconds: number;
  renewSeconds: number;
}

/**
 * ORCA must be gone before the lock can expire: TERM, grace and KILL take up to 45 s. The margin is the
 * smaller of that and a quarter of the lock, for the short locks of tests.
 */
const fenceMarginSeconds = (lockSeconds: number): number => Math.min(45, lockSeconds / 4);

/** Whether a consumer that has not reached Redis since `lockedAtMs` must stop its ORCA now. */
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
): { stop: () => void } {
  const fence = (job: HeldJob, why: string): void => {
    if (job.stop.signal.aborted) return;
    log.error({ jobId: job.job.id, why }, 'lock lost: ORCA is stopped');
    job.stop.abort('lock_lost' satisfies InterruptReason);
  };
  const renew = async (job: HeldJob): Promise<void> => {
    const askedAtMs = Date.now();
    try {
      const kept = await job.job.extendLock(job.token, settings.lockSeconds * 1000);
      outage.answered();
      if (kept === 1) job.lockedAtMs = askedAtMs;
      else if (held.has(job)) fence(job, 'the queue gave it to another consumer');
    } catch (error) {
      outage.failed(error);
    }
  };
  let lastRenewalMs = Date.now();
  const check = (): void => {
    const now = Date.now();
    for (const job of held)
      if (mustFence(job.lockedAtMs, now, settings.lockSeconds)) fence(job, 'Redis was away for too long');
    if (now - lastRenewalMs < settings.renewSeconds * 1000) return;
    lastRenewalMs = now;
    for (const job of held) void renew(job);
  };
  // Looked at more often than renewed, because a paused process wakes up late.
  const timer = setInterval(check, Math.min(settings.renewSeconds * 1000, 5000) / 2);
  return { stop: () => clearInterval(timer) };
}
