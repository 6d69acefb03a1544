import { setTimeout as delay } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from '../core/logger.ts';
import { auditQueue } from '../producer/audit-queue.ts';
import type { BatchOptions } from '../producer/batch-options.ts';
import { enqueue } from '../producer/enqueue.ts';
import type { Selection } from '../producer/select-jobs.ts';
import { sweepFinished } from '../reconciler/sweep-finished.ts';
import { countOpenAttempts } from '../workflow/count-open-attempts.ts';
import type { Workflow } from '../workflow/workflow.ts';

export interface KeepOptions {
  workflow: Workflow;
  queue: Queue;
  redis: Redis;
  jobRoot: string;
  lane: string;
  log: Logger;
  /** Ends the loop, after one last sweep. */
  signal: AbortSignal;
  /** Once aborted, nothing is enqueued any more. */
  pauseRefill?: AbortSignal;
  /** What to enqueue as the queue runs low; null: only reconcile. */
  refill: { selection: Selection; batch: BatchOptions; highWater: number } | null;
  /** End when no attempt is open and there is nothing left to enqueue. */
  untilDone: boolean;
  onRound?: (totals: KeepTotals) => void;
}

export interface KeepTotals {
  queued: number;
  refused: number;
  settled: number;
}

/** A sweep of an empty queue is two small scripts; a finished job waits this long at most. */
const roundMs = 250;
const auditEveryMs = 60_000;
/** While nothing is left to claim, the database is asked again only this often. */
const emptyPauseMs = 30_000;
const longestBackOffMs = 30_000;

/**
 * Keeps the queue filled and the database true until stopped: the loop of `oact run` and `oact serve`.
 * Redis away: says so once, waits with back-off, goes on when it is back.
 */
export async function keepCampaign(options: KeepOptions): Promise<KeepTotals> {
  const totals: KeepTotals = { queued: 0, refused: 0, settled: 0 };
  const { log, signal } = options;
  const named = new Set<string>();
  let auditedAtMs = 0;
  let emptyUntilMs = 0;
  let backOffMs = 0;
  for (let isLast = false; !isLast;) {
    isLast = signal.aborted;
    const mayAdd = !isLast && options.pauseRefill?.aborted !== true;
    try {
      totals.settled += (await sweepFinished(options.workflow, options.redis, { ...options, named })).settled;
      if (mayAdd && Date.now() - auditedAtMs >= auditEveryMs) {
        const audit = await auditQueue(options.workflow, options.queue, options.redis, options.lane);
        if (audit.readded + audit.refused > 0)
          log.warn({ ...audit }, 'attempts that the queue had lost were added again');
        auditedAtMs = Date.now();
      }
      let hasMore = false;
      if (mayAdd && Date.now() >= emptyUntilMs) {
        hasMore = await refill(options, totals);
        if (!hasMore) emptyUntilMs = Date.now() + emptyPauseMs;
      }
      options.onRound?.(totals);
      if (options.untilDone && !hasMore && countOpenAttempts(options.workflow) === 0) break;
      if (backOffMs > 0) log.info('the queue answers again');
      backOffMs = 0;
    } catch (error) {
      if (backOffMs === 0) log.warn({ err: error }, 'the round failed; trying again');
      backOffMs = Math.min(Math.max(backOffMs * 2, 500), longestBackOffMs);
    }
    if (!isLast) await delay(roundMs + backOffMs, undefined, { signal }).catch(() => undefined);
  }
  return totals;
}

/** Tops the queue up when it is half empty. @returns whether there may be more to claim */
async function refill(options: KeepOptions, totals: KeepTotals): Promise<boolean> {
  if (options.refill === null) return false;
  const { selection, batch, highWater } = options.refill;
  const wanted = selection.batchSize - totals.queued - totals.refused;
  if (wanted <= 0) return false;
  const waiting = await options.queue.getWaitingCount();
  if (waiting > highWater / 2) return true;
  const batchSize = Math.min(wanted, highWater - waiting);
  const report = await enqueue(options.workflow, options.queue, { ...selection, batchSize }, batch, {
    signal: options.signal,
  });
  totals.queued += report.queued;
  totals.refused += report.refused.length;
  if (report.queued > 0)
    options.log.info({ queued: report.queued, refused: report.refused.length }, 'jobs enqueued');
  for (const { recordId, reason } of report.refused) options.log.warn({ recordId, reason }, 'record refused');
  return report.queued + report.refused.length >= batchSize;
}
