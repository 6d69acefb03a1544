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
}

/** What is asked when an attempt has failed. */
export interface RetryCase {
  /** Since a person put the record on the queue, oldest first; the last one has just ended. */
  tries: readonly FailedTry[];
  /** The record's, with this failure. */
  failCount: number;
}

export type RetryDecision =
  /** A new attempt, with everything that it does otherwise than a first one; the reason in words. */
  | { kind: 'retry'; reason: string; remedies: Remedy[] }
  /** The failure stands, for this reason. */
  | { kind: 'leave'; reason: string };

/** The policy as the database asks it; pure. The chemistry behind it is in `orca/retry/decide-retry.ts`. */
export type DecideRetry = (situation: RetryCase) => RetryDecision;
