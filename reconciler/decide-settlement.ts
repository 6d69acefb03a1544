import type { FailureClass, RulesOf } from '../core/job/failure-class.ts';
import { cancelledClass, describeCancellation } from '../core/job/cancellation.ts';
import { parseJobId } from '../core/job/payload.ts';
import type { Settlement } from '../workflow/attempts/settle-jobs.ts';
import { unsignedRefusal } from '../core/payload-signature.ts';
import { isRefusedByOlder } from './drain-outdated.ts';
import type { FinishedJob } from './finished-job.ts';
import type { PublishedFile } from './read-result-file.ts';

export type SettlementDecision =
  | { kind: 'settle'; settlement: Settlement; doubt: Doubt | null }
  /** Its result file may not be visible here yet: it is looked at again. */
  | { kind: 'wait' }
  /**
   * No consumer could run it, because its payload was deleted by hand or is not signed, or its consumer is too old to read it: it is taken off
   * the queue, and the audit adds it anew.
   */
  | { kind: 'forget' }
  /** Not a job of this campaign's making: it stays where it is. */
  | { kind: 'foreign'; reason: string };

/** What was amiss with the result file of a job that is settled all the same. */
interface Doubt {
  reason: string;
  /** A file that counts for nothing, and would be in the way of the next attempt; null: there is none. */
  setAside: string | null;
}

/**
 * A file that one node has written may be seen late by another: Lustre and NFS keep attributes for a while, NFS 60 s at
 * most (acdirmax). After this long the queue's own words count.
 */
export const fileWaitMs = 60_000;

/** Class of a completed job whose result cannot be found or read. */
const resultLostClass = 'result_lost' satisfies FailureClass;
const timedOutClass = 'timed_out' satisfies FailureClass;
const faultClass = 'fault' satisfies FailureClass;
const unknownClass = 'unknown' satisfies FailureClass;

/**
 * What a finished job means for its record. The published file alone tells what was computed: whoever may write to the queue could put a
 * result of his own there. Where there is no such file, the queue's own words count for a job that failed, and a job that is
 * completed fails by a name: every finished job has an exit.
 * @param rulesOf what a failure class costs and leaves; handed in, because the reconciler knows no chemistry
 */
export function decideSettlement(
  job: FinishedJob,
  published: PublishedFile,
  clock: { nowMs: number; waitMs: number },
  rulesOf: RulesOf,
): SettlementDecision {
  const id = parseJobId(job.jobId);
  if (!id) return { kind: 'foreign', reason: 'oact did not make its id' };
  // Also with a published result: its run may have died before its files were at their place, and the next consumer puts them there.
  if (isUnread(job)) return { kind: 'forget' };
  if (published.kind === 'result') {
    const { result } = published;
    const { outcome } = result;
    const countsAsFailure = outcome.kind !== 'failed' || rulesOf(outcome.class).charged;
    const settlement = { ...id, outcome, result, countsAsFailure, counts: job.counts };
    return { kind: 'settle', settlement, doubt: null };
  }
  if (published.kind === 'none' && job.data === null) return { kind: 'forget' };
  return decideWithoutResult(job, id, published, clock, rulesOf);
}

/** ORCA was not started. From the database the job is made anew, and signed, whoever had put it there. */
function isUnread({ set, failedReason }: FinishedJob): boolean {
  return (
    set === 'failed' && (failedReason?.startsWith(unsignedRefusal) === true || isRefusedByOlder(failedReason))
  );
}

function decideWithoutResult(
  job: FinishedJob,
  id: Pick<Settlement, 'recordId' | 'attempt'>,
  published: Exclude<PublishedFile, { kind: 'result' }>,
  { nowMs, waitMs }: { nowMs: number; waitMs: number },
  rulesOf: RulesOf,
): SettlementDecision {
  const refusal = parseWords(job.failedReason, rulesOf);
  const shouldHaveFile = job.set === 'completed' || refusal.ranOrca;
  // The end is told by another machine's clock: one that is far ahead must not make this wait for hours.
  const isFresh = job.finishedOnMs !== null && Math.abs(nowMs - job.finishedOnMs) < waitMs;
  if (shouldHaveFile && isFresh) return { kind: 'wait' };
  const words = job.set === 'completed' ? describeLoss(published, rulesOf) : refusal;
  const { outcome, countsAsFailure } = words;
  const settlement = { ...id, outcome, result: null, countsAsFailure, counts: job.counts };
  return { kind: 'settle', settlement, doubt: shouldHaveFile ? doubtOf(published) : null };
}

function doubtOf(published: Exclude<PublishedFile, { kind: 'result' }>): Doubt {
  if (published.kind === 'none') return { reason: 'its result file did not appear', setAside: null };
  // That of another record of this campaign is where it belongs, should the two share their directory.
  const isInTheWay = published.kind === 'unreadable' || published.isOtherCampaigns;
  return { reason: published.reason, setAside: isInTheWay ? published.path : null };
}

/** A completed job whose result is not to be had: its record is not charged. */
function describeLoss(
  published: Exclude<PublishedFile, { kind: 'result' }>,
  rulesOf: RulesOf,
): Pick<ReturnType<typeof parseWords>, 'outcome' | 'countsAsFailure'> {
  const reason =
    published.kind === 'none'
      ? `the job completed, but there is no result at ${published.path ?? 'the path in its payload'}`
      : `the job completed, but its result cannot be used: ${published.reason}`;
  const outcome = { kind: 'failed', class: resultLostClass, reason, retryable: false } as const;
  return { outcome, countsAsFailure: rulesOf(resultLostClass).charged };
}

/** Reads `class: words` as the consumer wrote it; words without a class are not a consumer's. */
function parseWords(
  failedReason: string | null,
  rulesOf: RulesOf,
): {
  outcome: Settlement['outcome'];
  countsAsFailure: boolean;
  ranOrca: boolean;
} {
  const match = /^(\w+): (.*)$/s.exec(failedReason ?? '');
  const failureClass = match?.[1] ?? unknownClass;
  const words = match?.[2] ?? (failedReason || 'the queue has no reason for it');
  const { charged, leavesResult } = rulesOf(failureClass);
  const ranOrca = match !== null && leavesResult;
  if (failureClass === timedOutClass)
    return { outcome: { kind: 'timed_out', reason: words }, countsAsFailure: charged, ranOrca };
  // Who reads error_message sees no class: a fault of ours must not look like ORCA's failure.
  const reason =
    failureClass === faultClass
      ? `fault: ${words}`
      : failureClass === cancelledClass
        ? describeCancellation(words)
        : words;
  return {
    outcome: { kind: 'failed', class: failureClass, reason, retryable: false },
    countsAsFailure: charged,
    ranOrca,
  };
}
