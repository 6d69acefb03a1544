import type { Remedy } from './remedy.ts';

/** One attempt that did not do what was asked. */
export interface FailedTry {
  attempt: number;
  /** Failure class; `timed_out` for the job's own time limit. */
  class: string;
  /** What it did otherwise than a first attempt. */
  remedies: readonly Remedy[];
  /** Cores of its slot; null when ORCA did not run, or nobody knows. */
  cores: number | null;
  /** Names of the files that it left; known of the newest one only. */
  files: readonly string[];
  /** Where it ran; null when ORCA did not run, or nobody knows. */
  node: string | null;
}

/** What is asked when an attempt has failed. */
export interface RetryCase {
  /** Since a user put the record on the queue, oldest first; the last one has just ended. */
  tries: readonly FailedTry[];
  /** The record's, with this failure. */
  failCount: number;
}

export type RetryDecision =
  /** A new attempt, with everything that it does otherwise than a first one; the reason in words. */
  | {
      kind: 'retry';
      reason: string;
      remedies: Remedy[];
      /** It is not given out before: the cause may pass by itself. 0: at once. */
      waitSeconds: number;
      /** Nodes that may have been the cause: another one is preferred. */
      avoidNodes: string[];
    }
  /** The failure stands, for this reason. */
  | { kind: 'leave'; reason: string };

/** The policy as the database asks it; pure. The chemistry behind it is in `orca/retry/decide-retry.ts`. */
export type DecideRetry = (situation: RetryCase) => RetryDecision;

/** Until when a retry is put off, and which nodes it leaves to others: `, put off until 2026-11-30T18:00:00.000Z, not on n7 if another node is there`. */
export function describeWait({
  notBefore,
  avoidNodes,
}: {
  notBefore: string | null;
  avoidNodes: readonly string[];
}): string {
  const until = notBefore === null ? '' : `, put off until ${notBefore}`;
  return avoidNodes.length === 0
    ? until
    : `${until}, not on ${avoidNodes.join(', ')} if another node is there`;
}
