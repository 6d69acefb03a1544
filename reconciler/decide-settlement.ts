import { cancelledClass, describeCancellation } from '../core/job/cancellation.ts';
import { parseJobId } from '../core/job/payload.ts';
import { type JobResult, parseResult } from '../core/job/result.ts';
import type { Settlement } from '../workflow/attempts/settle-jobs.ts';
import type { FinishedJob } from './finished-job.ts';

export type SettlementDecision =
  | { kind: 'settle'; settlement: Settlement; missedFile: boolean }
  /** Its result file may not be visible here yet: it is looked at again. */
  | { kind: 'wait' }
  /** Its payload was deleted by hand, so no consumer could run it: it is taken off the queue, and the audit adds it anew. */
  | { kind: 'forget' }
  /** Not a job of this campaign's making: it stays where it is. */
  | { kind: 'foreign'; reason: string };

/**
 * A file that one node has written may be seen late by another: Lustre and NFS keep attributes for a while, NFS 60 s at
 * most (acdirmax). After this long the queue's own words count.
 */
export const fileWaitMs = 60_000;

/** Endings that leave no result, because ORCA did not run or its run does not count. */
const classesWithoutResult = ['payload_refused', 'blocked', 'fault', 'lost', 'interrupted', cancelledClass];
/** Endings that are not the record's doing. A node that vanishes with a job again and again may well be. */
const unchargedClasses = ['payload_refused', 'blocked', 'fault', 'interrupted'];

/**
 * What a finished job means for its record.
 * A completed job carries its result. BullMQ has no field for the result of a failed one, so that comes from the
 * published file, which also stands in for a result that cannot be read; without a file (a refused payload, a job that was lost too often) the queue's own words count.
 * @param published the attempt's `result.json`; undefined when there is none, or no whole one
 */
export function decideSettlement(
  job: FinishedJob,
  campaignId: string,
  published: JobResult | undefined,
  clock: { nowMs: number; waitMs: number },
): SettlementDecision {
  const id = parseJobId(job.jobId);
  if (!id) return { kind: 'foreign', reason: 'its id was not made by oact' };
  const result = (job.set === 'completed' ? parseReturnValue(job) : undefined) ?? published;
  if (result === undefined && job.set === 'failed' && job.data === null) return { kind: 'forget' };
  if (result === undefined) return decideWithoutResult(job, id, clock);
  if (result.campaignId !== campaignId || result.recordId !== id.recordId || result.attempt !== id.attempt) {
    return {
      kind: 'foreign',
      reason: `its result is of ${result.campaignId} record ${result.recordId} attempt ${result.attempt}`,
    };
  }
  const { outcome } = result;
  const settlement = { ...id, outcome, result, countsAsFailure: true, counts: job.counts };
  return { kind: 'settle', settlement, missedFile: false };
}

/** The result that a completed job carries; undefined when it is none, or of another version. */
export function parseReturnValue(job: Pick<FinishedJob, 'jobId' | 'returnValue'>): JobResult | undefined {
  try {
    return parseResult(JSON.parse(job.returnValue ?? ''), `the return value of ${job.jobId}`);
  } catch {
    return undefined;
  }
}

function decideWithoutResult(
  job: FinishedJob,
  id: Pick<Settlement, 'recordId' | 'attempt'>,
  { nowMs, waitMs }: { nowMs: number; waitMs: number },
): SettlementDecision {
  const refusal = parseWords(job.failedReason);
  const shouldHaveFile = job.set === 'completed' || refusal.ranOrca;
  // The end is told by another machine's clock: one that is far ahead must not make this wait for hours.
  const isFresh = job.finishedOnMs !== null && Math.abs(nowMs - job.finishedOnMs) < waitMs;
  if (shouldHaveFile && isFresh) return { kind: 'wait' };
  if (job.set === 'completed')
    return { kind: 'foreign', reason: 'it is completed without a result that can be read, here or on disk' };
  const { outcome, countsAsFailure } = refusal;
  const settlement = { ...id, outcome, result: null, countsAsFailure, counts: job.counts };
  return { kind: 'settle', settlement, missedFile: shouldHaveFile };
}

/** Reads `class: words` as the consumer wrote it; words without a class are not a consumer's. */
function parseWords(failedReason: string | null): {
  outcome: Settlement['outcome'];
  countsAsFailure: boolean;
  ranOrca: boolean;
} {
  const match = /^(\w+): (.*)$/s.exec(failedReason ?? '');
  const failureClass = match?.[1] ?? 'unknown';
  const words = match?.[2] ?? (failedReason || 'the queue gives no reason');
  const ranOrca = match !== null && !classesWithoutResult.includes(failureClass);
  if (failureClass === 'timed_out')
    return { outcome: { kind: 'timed_out', reason: words }, countsAsFailure: false, ranOrca };
  // Who reads error_message sees no class: a fault of ours must not look like ORCA's failure.
  const reason =
    failureClass === 'fault'
      ? `fault: ${words}`
      : failureClass === cancelledClass
        ? describeCancellation(words)
        : words;
  return {
    outcome: { kind: 'failed', class: failureClass, reason, retryable: false },
    countsAsFailure: !unchargedClasses.includes(failureClass),
    ranOrca,
  };
}
