import type { DecideRetry } from '../../core/job/retry.ts';
import { claimRetry, decideFollowUp, leaveStopped } from './claim-retry.ts';
import type { ForeignVerdict } from '../other-tools/foreign-verdicts.ts';
import { inTransaction } from '../database/in-transaction.ts';
import type { OpenAttempt } from './list-open-attempts.ts';
import { noteEndings, type StopRule, type Stops } from './note-endings.ts';
import { type Settlement, settleJobs } from './settle-jobs.ts';
import type { Workflow } from '../database/workflow.ts';

export interface AfterFailure extends StopRule {
  /** null: failures stand. */
  decideRetry: DecideRetry | null;
}

/** Failures stand, and nothing is stopped. */
export const settleOnly: AfterFailure = {
  decideRetry: null,
  stopAfter: 0,
  isOneMachine: false,
  rulesOf: () => ({ charged: false, leavesResult: false, isComparable: false, isOfInput: false }),
};

/**
 * Settles a batch of attempts, stops the batches that this condemns, and opens the retries, all in one transaction: a process that dies
 * leaves a record that is failed, or one that is running with an open attempt. That attempt is the outbox, as after any claim: its
 * job is added by the caller, or by the next audit.
 * @returns `stops`: its batches are marked; its nodes are to be drained by the caller
 */
export function settleAndRetry(
  workflow: Workflow,
  settlements: readonly Settlement[],
  { decideRetry, ...rule }: AfterFailure,
): {
  applied: number;
  stale: number;
  overwritten: ForeignVerdict[];
  retries: OpenAttempt[];
  stops: Stops;
} {
  if (settlements.length === 0)
    return { applied: 0, stale: 0, overwritten: [], retries: [], stops: { batches: [], nodes: [] } };
  return inTransaction(workflow, () => {
    const ended: Settlement[] = [];
    const counts = settleJobs(workflow, settlements, (settlement) => void ended.push(settlement));
    const followUps =
      decideRetry === null
        ? []
        : ended
            .map((settlement) => decideFollowUp(workflow, settlement, decideRetry))
            .filter((followUp) => followUp !== undefined);
    const retried = new Set(
      followUps.filter(({ decision }) => decision.kind === 'retry').map(({ settlement }) => settlement),
    );
    const stops = noteEndings(workflow, ended, rule, (settlement) => retried.has(settlement));
    const stopped = new Set(stops.batches.map(({ batchId }) => batchId));
    const retries = followUps
      .map((followUp) => {
        const { batchId } = followUp;
        const decision = stopped.has(batchId) ? leaveStopped(batchId) : followUp.decision;
        return claimRetry(workflow, { ...followUp, decision });
      })
      .filter((retry) => retry !== undefined);
    return { ...counts, retries, stops };
  });
}
