import type { Queue } from 'bullmq';
import { jobFieldsOf } from '../../core/job/job-fields.ts';
import { describeLeftOut, type LeftOut } from '../../core/waiting/left-out.ts';
import { countWaiting } from '../../core/redis/lane-queues.ts';
import type { Logger } from '../../core/logger.ts';
import { jobIdOf } from '../../core/job/payload.ts';
import type { StoppedBatch } from '../../core/waiting/stopped-batch.ts';
import type { BatchOptions } from '../../producer/batch-options.ts';
import { enqueue, type EnqueueReport, type ExpectTimes } from '../../producer/enqueue.ts';
import type { Selection } from '../../producer/supply/selection.ts';
import { createSupply, type Supply } from '../../producer/supply/create-supply.ts';
import { findStoppedBatch } from '../../workflow/attempts/batches.ts';
import { nameLeftOut, noteLeftOut } from '../../workflow/steering/left-out.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';

/** What to enqueue as the queue runs low. */
export interface Refill {
  selection: Selection;
  batch: BatchOptions;
  highWater: number;
  /** Which command this is, where it is noted what is left out: `oact run`, `oact serve`. */
  notedBy: string;
}

export interface RefillTotals {
  queued: number;
  refused: number;
  /** Why nothing more is enqueued: the batch of this loop was stopped. */
  stopped: StoppedBatch | null;
  /** Waiting records that the last look through all of them left where they are, by cause. */
  leftOut: LeftOut[];
}

interface RefillOptions {
  workflow: Workflow;
  queue: Queue;
  refill: Refill | null;
  signal: AbortSignal;
  log: Logger;
  expect?: ExpectTimes;
}

/** What the loop remembers from refill to refill. */
export interface RefillMemory {
  /** All that this loop enqueues is one batch. */
  batchId: number | undefined;
  supply?: Supply | undefined;
  /** The last refill stopped before the queue was full, because its time was over: the next one should follow soon. */
  isCut?: boolean;
}

/** Settling must not wait for longer. */
const longestMs = 400;
/** Of 1,000 records, one transaction would keep the event loop for 0.1 to 0.2 s. */
const pageSize = 250;

/** Tops the queue up when it is half empty. @returns whether there may be more to claim */
export async function refillQueue(
  options: RefillOptions,
  memory: RefillMemory,
  totals: RefillTotals,
): Promise<boolean> {
  memory.isCut = false;
  if (options.refill === null) return false;
  const { batchId } = memory;
  // Another process may have settled what condemns it.
  if (batchId !== undefined) totals.stopped ??= findStoppedBatch(options.workflow, batchId) ?? null;
  if (totals.stopped !== null) return false;
  const { selection, batch, highWater } = options.refill;
  const wanted = selection.batchSize - totals.queued - totals.refused;
  if (wanted <= 0) return false;
  const waiting = await countWaiting(options.queue);
  if (waiting > highWater / 2) return true;
  const batchSize = Math.min(wanted, highWater - waiting);
  const report = await enqueue(options.workflow, options.queue, { ...selection, batchSize }, batch, {
    signal: options.signal,
    batchId,
    expect: options.expect,
    supply: (memory.supply ??= createSupply(options.workflow, selection)),
    forMs: longestMs,
    pageSize,
    onBatch: (id) => void (memory.batchId = id),
  });
  totals.queued += report.queued;
  totals.refused += report.refused.length;
  if (report.queued > 0)
    options.log.info({ queued: report.queued, refused: report.refused.length }, 'jobs enqueued');
  for (const { reason, records, example } of report.doubts)
    options.log.warn({ records, example }, `doubtful input: ${reason}`);
  for (const { recordId, attempt = 0, reason } of report.refused)
    options.log.warn({ ...jobFieldsOf(jobIdOf(recordId, attempt)), reason }, 'record refused');
  memory.isCut = report.isCut === true;
  const mayBeMore = memory.isCut || report.queued + report.refused.length >= batchSize;
  // Only a look through all that wait tells what is left out.
  if (!mayBeMore && !options.signal.aborted) tellLeftOut(report, options, options.refill.notedBy, totals);
  return mayBeMore;
}

/** Said when it changes, in the log and in the database, where every view finds it. */
function tellLeftOut(
  report: EnqueueReport,
  { workflow, log }: RefillOptions,
  notedBy: string,
  totals: RefillTotals,
): void {
  const leftOut = nameLeftOut(workflow, report.leftOut);
  if (JSON.stringify(leftOut) !== JSON.stringify(totals.leftOut))
    for (const one of leftOut) log.warn({ ...one }, `left out: ${describeLeftOut(one)}`);
  totals.leftOut = leftOut;
  noteLeftOut(workflow, notedBy, leftOut);
}
