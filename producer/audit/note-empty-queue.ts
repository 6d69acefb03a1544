import type { Queue } from 'bullmq';
import { queueNameOf, queuePrefix } from '../../core/job/queue-names.ts';
import { parseRedisInfo } from '../../core/redis/check-redis.ts';
import { newestBatchId } from '../../workflow/attempts/batches.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';

/** The moment in which a queue was first met without its mark: it is new, or Redis has come back empty. */
export interface EmptyQueue {
  /** Since then, by the clock of Redis: locks end by it, and the clocks of nodes may step. */
  elapsedMs: number;
  /** The newest batch in the database at that time; null: an older oact did not note it. */
  batchId: number | null;
}

/** Sets the mark when it is missing. Two at once may both write: their times differ by less than anybody cares for. */
export async function noteEmptyQueue(queue: Queue, workflow: Workflow, lane: string): Promise<EmptyQueue> {
  const client = await queue.getBackend().client;
  const base = `${queuePrefix(workflow.campaignId)}:${queueNameOf(lane)}`;
  const clockMs = parseRedisInfo(await client.info()).clockMs || Date.now();
  const known = await client.get(`${base}:since`);
  // Of a clock that was set back since, or of another machine's: it says nothing.
  if (known !== null && Number(known) <= clockMs) {
    const batch = await client.get(`${base}:since-batch`);
    return { elapsedMs: clockMs - Number(known), batchId: batch === null ? null : Number(batch) };
  }
  const batchId = newestBatchId(workflow);
  // The mark itself comes last: without the batch it says less than it could, never more.
  await client.set(`${base}:since-batch`, batchId);
  await client.set(`${base}:since`, Math.round(clockMs));
  return { elapsedMs: 0, batchId };
}

/**
 * Whether an attempt that is not on the queue may be added at once. After a loss of all data, jobs run on until their consumers
 * cannot renew the locks, and an attempt that comes back too early would be run by two ORCAs at a time. What was claimed
 * by a batch that began after the loss has never been run.
 * @param noticeSeconds how long consumers may need to notice
 */
export function mayBeAdded(
  { batchId }: { batchId: number },
  empty: EmptyQueue,
  noticeSeconds: number,
): boolean {
  if (empty.elapsedMs >= noticeSeconds * 1000) return true;
  return empty.batchId !== null && batchId > empty.batchId;
}
