import type { DecideRetry } from '../../core/job/retry.ts';
import type { StoppedBatch } from '../../core/waiting/stopped-batch.ts';
import { claimRetry } from './claim-retry.ts';
import type { ForeignVerdict } from '../other-tools/foreign-verdicts.ts';
import { inTransaction } from '../database/in-transaction.ts';
import type { OpenAttempt } from './list-open-attempts.ts';
import { noteEndings } from './note-endings.ts';
import { type Settlement, settleJobs } from './settle-jobs.ts';
import type { Workflow } from '../database/workflow.ts';

export interface AfterFailure {
  /** null: failures stand. */
  decideRetry: DecideRetry | null;
  /** A batch whose first runs, that many, died of the same input error is stopped; 0: never. */
  stopAfter: number;
}

/** Failures stand, and no batch is stopped. */
export const settleOnly: AfterFailure = { decideRetry: null, stopAfter: 0 };

/**
 * Settles a batch of attempts, stops the batches that this condemns, and opens the retries, all in one transaction: whoever dies
 * leaves a record that is failed, or one that is running with an open attempt. That attempt is the outbox, as after any claim: its
 * job is added by the caller, or by the next audit.
 */
export function settleAndRetry(
  workflow: Workflow,
  settlements: readonly Settlement[],
  { decideRetry, stopAfter }: AfterFailure,
): {
  applied: number;
  stale: number;
  overwritten: ForeignVerdict[];
  retries: OpenAttempt[];
  stopped: StoppedBatch[];
} {
  if (settlements.length === 0) return { applied: 0, stale: 0, overwritten: [], retries: [], stopped: [] };
  return inTransaction(workflow, () => {
    const ended: Settlement[] = [];
    const counts = settleJobs(workflow, settlements, (settlement) => void ended.push(settlement));
    const stopped = noteEndings(workflow, ended, stopAfter);
    const retries =
      decideRetry === null
        ? []
        : ended
            .map((settlement) => claimRetry(workflow, settlement, decideRetry))
            .filter((retry) => retry !== undefined);
    return { ...counts, retries, stopped };
  });
}
