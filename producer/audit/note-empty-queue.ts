import type { Queue } from 'bullmq';
import { queueNameOf, queuePrefix } from '../../core/job/queue-names.ts';

/**
 * When this queue was first met without the mark that is set hereby: it is new, or Redis has come back empty.
 * @returns ms since the epoch
 */
export async function noteEmptyQueue(queue: Queue, campaignId: string, lane: string): Promise<number> {
  const redis = await queue.getBackend().client;
  const key = `${queuePrefix(campaignId)}:${queueNameOf(lane)}:since`;
  const known = await redis.get(key);
  if (known !== null) return Number(known);
  const now = Date.now();
  // Two at once may both write: their times differ by less than anybody cares for.
  await redis.set(key, now);
  return now;
}

/**
 * Whether an attempt that is not on the queue may be added at once. After a loss of all data, jobs run on until their consumers
 * cannot renew the locks, and an attempt that comes back too early would be run by two ORCAs at a time. What was claimed
 * after the loss has never been run.
 * @param sinceMs from `noteEmptyQueue`
 * @param noticeSeconds how long consumers may need to notice
 */
export function mayBeAdded(queuedAt: string, sinceMs: number, nowMs: number, noticeSeconds: number): boolean {
  return nowMs - sinceMs >= noticeSeconds * 1000 || Date.parse(queuedAt) > sinceMs;
}
