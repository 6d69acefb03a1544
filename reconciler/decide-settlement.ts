import { parseJobId } from '../core/payload.ts';
import { type JobResult, parseResult } from '../core/result.ts';
import type { Settlement } from '../workflow/settle-jobs.ts';

/** A finished job as Redis holds it. */
export interface FinishedJob {
  jobId: string;
  set: 'completed' | 'failed';
  returnValue: string | null;
  failedReason: string | null;
}

export type SettlementDecision =
  | { kind: 'settle'; settlement: Settlement }
  /** Not a job of this campaign's making: it stays where it is. */
  | { kind: 'foreign'; reason: string };

/**
 * What a finished job means for its record.
 * A completed job carries its result. BullMQ has no field for the result of a failed one, so that comes from the
 * published file, which also stands in for a result that cannot be read; without a file (a refused payload, a job that was lost too often) the queue's own words count.
 * @param published the attempt's `result.json`; undefined when there is none
 */
export function decideSettlement(
  job: FinishedJob,
  campaignId: string,
  published: JobResult | undefined,
): SettlementDecision {
  const id = parseJobId(job.jobId);
  if (!id) return { kind: 'foreign', reason: 'its id was not made by oact' };
  const result = (job.set === 'completed' ? parseReturnValue(job) : undefined) ?? published;
  if (result === undefined && job.set === 'completed')
    return { kind: 'foreign', reason: 'it is completed without a result that can be read, here or on disk' };
  if (result === undefined)
    return { kind: 'settle', settlement: { ...id, ...refusalOf(job.failedReason), result: null } };
  if (result.campaignId !== campaignId || result.recordId !== id.recordId || result.attempt !== id.attempt) {
    return {
      kind: 'foreign',
      reason: `its result is of ${result.campaignId} record ${result.recordId} attempt ${result.attempt}`,
    };
  }
  return { kind: 'settle', settlement: { ...id, outcome: result.outcome, result, countsAsFailure: true } };
}

/** The result that a completed job carries; undefined when it is none, or of another version. */
export function parseReturnValue(job: Pick<FinishedJob, 'jobId' | 'returnValue'>): JobResult | undefined {
  try {
    return parseResult(JSON.parse(job.returnValue ?? ''), `the return value of ${job.jobId}`);
  } catch {
    return undefined;
  }
}

/** Splits `class: words` as the consumer wrote it. A lost job counts; a refused or faulty one is not the record's doing. */
function refusalOf(failedReason: string | null): Pick<Settlement, 'outcome' | 'countsAsFailure'> {
  const match = /^(\w+): (.*)$/s.exec(failedReason ?? '');
  const failureClass = match?.[1] ?? 'unknown';
  const reason = match?.[2] ?? (failedReason || 'the queue gives no reason');
  if (failureClass === 'timed_out') return { outcome: { kind: 'timed_out', reason }, countsAsFailure: false };
  return {
    outcome: { kind: 'failed', class: failureClass, reason, retryable: false },
    countsAsFailure: !['payload_refused', 'fault'].includes(failureClass),
  };
}
