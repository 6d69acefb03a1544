import type { Stops } from '../workflow/attempts/note-endings.ts';
import type { AfterFailure } from '../workflow/attempts/settle-and-retry.ts';

/** One thing that `oact recover` did, would do, or leaves to a user. */
export interface RecoveryStep {
  recordId: number;
  /**
   * settled: an open attempt; adopted: a result or run that the database did not know; restored: it has again what its newest
   * attempt says, or waits again; left: look at it.
   */
  kind: 'settled' | 'adopted_result' | 'adopted_run' | 'restored' | 'left';
  attempt: number | null;
  /** The record's new status; null when it is left, or waits again. */
  outcome: 'completed' | 'failed' | 'timed_out' | null;
  reason: string;
}

/** What both halves of the recovery need. */
export interface RecoveryControl {
  campaignId: string;
  /** Change nothing. */
  isDryRun: boolean;
  /** Aborted: stop at the next page; what is done stays done. */
  signal: AbortSignal;
  onStep: (step: RecoveryStep) => void;
  /** Records looked at, one page after the other. */
  onProgress: (count: number) => void;
  /** Moves the files of a published run to where users look for them; its consumer may have died before. */
  finishFiles: (jobDir: string, attempt: number) => Promise<void>;
  /** What follows a failure that is settled; without it, failures stand. */
  afterFailure?: AfterFailure;
  /** Hears which batches and nodes the failures that are settled stop: its batches are marked, its nodes are the caller's to drain. */
  onStops?: (stops: Stops) => void;
}

/** Directories looked at side by side: Node's own limit for file calls is 4, a network file system likes a few more waiting. */
const breadth = 16;

/** Asks all items, a few at a time, in order. */
export async function askAll<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (let start = 0; start < items.length; start += breadth)
    answers.push(...(await Promise.all(items.slice(start, start + breadth).map(ask))));
  return answers;
}
