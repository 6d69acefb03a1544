import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { cancelledClass, cancelRequestsKey, describeCancellation } from '../../core/job/cancellation.ts';
import { takeTurns } from '../../core/take-turns.ts';
import { resultPathOf } from '../../core/job-dir/job-layout.ts';
import { type CancelRequest, listCancelRequests } from '../../workflow/steering/list-cancel-requests.ts';
import { chunksOf } from '../../workflow/database/chunks-of.ts';
import { settleJobs } from '../../workflow/attempts/settle-jobs.ts';
import { filterOpen } from '../../workflow/attempts/filter-open.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { mayBeAdded, noteEmptyQueue } from '../audit/note-empty-queue.ts';
import { listsOf } from '../audit/scan-queue.ts';

export interface ApplyOptions {
  lane: string;
  /** See core/job/queue-names.ts: after a loss of Redis, jobs may run that it does not know. */
  noticeSeconds: number;
  isDryRun: boolean;
}

/**
 * Fulfils the requests to cancel that the database holds. Consumers are notified through Redis; they stop what runs and answer. Jobs that
 * nobody works on leave the queue, and their attempts are closed. The queue comes first: killed in between, the next call
 * finds an open attempt without a job and closes it. A job with a published result is left to be reported: what was computed
 * counts.
 * @returns job ids of the attempts that were closed, or would be
 */
export async function applyCancellations(
  workflow: Workflow,
  queue: Queue,
  redis: Redis,
  { lane, noticeSeconds, isDryRun }: ApplyOptions,
): Promise<string[]> {
  const key = cancelRequestsKey(workflow.campaignId, lane);
  // Read before the database: a request is committed before its job is named here, so what is not open then is over.
  const named = await redis.hkeys(key);
  const requests = listCancelRequests(workflow);
  const lists = await listsOf(redis, workflow.campaignId);
  const unpublished = await listUnpublished(requests);
  const jobIds = unpublished.map(({ jobId }) => jobId);
  if (isDryRun) return lists.withdrawWaiting(jobIds, true);
  await forget(workflow, redis, key, named);
  if (requests.length === 0) return [];
  for (const chunk of chunksOf(requests))
    await redis.hset(key, Object.fromEntries(chunk.map(({ jobId, reason }) => [jobId, reason])));
  const empty = noticeSeconds === 0 ? null : await noteEmptyQueue(queue, workflow, lane);
  const withdrawn = new Set(await lists.withdrawUnowned(jobIds));
  const lost = new Set(await lists.findLost(jobIds, false));
  const gone = unpublished.filter(
    ({ jobId, batchId }) =>
      withdrawn.has(jobId) ||
      (lost.has(jobId) && (empty === null || mayBeAdded({ batchId }, empty, noticeSeconds))),
  );
  // Its consumer may have published it meanwhile: the audit puts it back, to be reported.
  const over = await listUnpublished(gone);
  await closeCancelled(workflow, over);
  return over.map(({ jobId }) => jobId);
}

/** Those of the jobs that must not be put on the queue again, because they are to be cancelled and have no result to report. */
export function listUnwanted(workflow: Workflow, jobIds: readonly string[]): Set<string> {
  return new Set(
    listCancelRequests(workflow, jobIds)
      .filter(isUnpublished)
      .map(({ jobId }) => jobId),
  );
}

/** Each asks the file system: of 10⁵, that takes seconds. */
async function listUnpublished(requests: readonly CancelRequest[]): Promise<CancelRequest[]> {
  const turn = takeTurns();
  const unpublished: CancelRequest[] = [];
  for (const request of requests) {
    if (isUnpublished(request)) unpublished.push(request);
    await turn();
  }
  return unpublished;
}

async function forget(workflow: Workflow, redis: Redis, key: string, named: string[]): Promise<void> {
  if (named.length === 0) return;
  const open = filterOpen(workflow, named);
  const over = named.filter((jobId) => !open.has(jobId));
  for (const chunk of chunksOf(over)) await redis.hdel(key, ...chunk);
}

function isUnpublished({ jobDir, attempt }: CancelRequest): boolean {
  return jobDir === null || !existsSync(resultPathOf(jobDir, attempt));
}

/** Attempts of one transaction: it keeps the lock and the event loop for some ten ms. */
const closedAtOnce = 200;

/** An attempt that was settled meanwhile stays as it is. */
async function closeCancelled(workflow: Workflow, requests: readonly CancelRequest[]): Promise<void> {
  for (const chunk of chunksOf(requests, closedAtOnce)) {
    closeChunk(workflow, chunk);
    await setImmediate();
  }
}

function closeChunk(workflow: Workflow, requests: readonly CancelRequest[]): void {
  settleJobs(
    workflow,
    requests.map(({ recordId, attempt, reason }) => ({
      recordId,
      attempt,
      outcome: {
        kind: 'failed',
        class: cancelledClass,
        reason: describeCancellation(reason),
        retryable: false,
      },
      result: null,
    })),
  );
}
