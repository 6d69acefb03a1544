import { cancelledClass } from '../../core/job/cancellation.ts';
import type { Outcome } from '../../core/job/outcome.ts';
import type { JobResult, Metrics } from '../../core/job/result.ts';
import { inTransaction } from '../database/in-transaction.ts';
import type { Workflow } from '../database/workflow.ts';
import type { AttemptCounts } from '../results/result-columns.ts';
import { assignToAttempt, assignToRecord, readResults } from '../results/result-sql.ts';
import { type ForeignVerdict, selectForeignVerdict } from '../other-tools/foreign-verdicts.ts';
import { recordIsOurs } from '../other-tools/record-is-ours.ts';

/** How one attempt ended, to be written to its record. */
export type Settlement = {
  recordId: number;
  attempt: number;
  outcome: Outcome;
  /** null when no run left one: the job was lost, refused, or blocked by a marker. */
  result: JobResult | null;
  /** Those of the result, unless given: an output that was found on disk has metrics and no result. */
  metrics?: Metrics;
  /** ISO 8601 UTC. That of the result, unless given. */
  finishedAt?: string;
  /**
   * Whether a failed outcome raises fail_count; default true. False when ORCA never had its say: a row
   * that could not be resolved, a marker, an invalid payload, a fault of ours. What a user cancelled never does.
   */
  countsAsFailure?: boolean;
  counts?: AttemptCounts;
  /** The highest attempt number that its job directory shows to be taken, which a restored database may not know. */
  takenAttempt?: number;
};

/** One row of `structures` follows its attempt only while oact holds it and no newer attempt exists. */
const ifOwned = `
  where id = @recordId and ${recordIsOurs('@recordId')}
    and not exists (select 1 from oact_attempts where record_id = @recordId and attempt > @attempt)`;

/**
 * Writes the outcomes of a batch of attempts in one transaction. Each attempt is settled once: a second
 * settlement of it, or one that comes after a newer claim, changes nothing and counts as stale. So does one
 * whose row another tool has meanwhile reset or claimed; its attempt still keeps the result. What another tool has judged
 * meanwhile is written over.
 *
 * The failure class stays in `oact_attempts`; `error_message` gets ORCA's own words, as the existing
 * dashboard shows them.
 * @param onApplied told of each settlement that changed its record, in the transaction
 * @returns `overwritten`: verdicts of other tools that were written over, as far as nobody has noted them before
 */
export function settleJobs(
  workflow: Workflow,
  settlements: readonly Settlement[],
  onApplied?: (settlement: Settlement) => void,
): { applied: number; stale: number; overwritten: ForeignVerdict[] } {
  // An empty transaction would still take the write lock.
  if (settlements.length === 0) return { applied: 0, stale: 0, overwritten: [] };
  const { db } = workflow;
  const foreignVerdict = db.prepare<[number, number], ForeignVerdict>(selectForeignVerdict);
  const closeAttempt = db.prepare(`
    update oact_attempts
    set settled_at = @settledAt, outcome = @outcome, class = @class, reason = @reason,
      retryable = @retryable, ${assignToAttempt}
    where record_id = @recordId and attempt = @attempt and settled_at is null`);
  const updateRecord = {
    completed: db.prepare(`
      update structures
      set status = 'completed', ${assignToRecord}, error_message = null, worker_id = null, updated_at = current_timestamp
      ${ifOwned}`),
    failed: db.prepare(`
      update structures
      set status = 'failed', error_message = @reason, fail_count = coalesce(fail_count, 0) + @failures,
        worker_id = null, updated_at = current_timestamp
      ${ifOwned}`),
    timed_out: db.prepare(`
      update structures
      set status = 'timeout', error_message = @reason, worker_id = null, updated_at = current_timestamp
      ${ifOwned}`),
  };

  return inTransaction(workflow, () => {
    const settledAt = new Date().toISOString();
    let applied = 0;
    const overwritten: ForeignVerdict[] = [];
    for (const settlement of settlements) {
      const values = toColumns(settlement, settledAt);
      const foreign = foreignVerdict.get(settlement.recordId, settlement.attempt);
      if (closeAttempt.run(values).changes === 0) continue;
      if (updateRecord[settlement.outcome.kind].run(values).changes === 0) continue;
      applied += 1;
      if (foreign) overwritten.push(foreign);
      onApplied?.(settlement);
    }
    return { applied, stale: settlements.length - applied, overwritten };
  });
}

function toColumns(settlement: Settlement, settledAt: string): Record<string, string | number | null> {
  const { recordId, attempt, outcome, result, counts, finishedAt, countsAsFailure = true } = settlement;
  const failure = outcome.kind === 'failed' ? outcome : undefined;
  const metrics = settlement.metrics ?? result?.metrics;
  return {
    recordId,
    attempt,
    settledAt,
    outcome: outcome.kind,
    class: failure?.class ?? null,
    reason: outcome.kind === 'completed' ? null : outcome.reason || (failure?.class ?? null),
    retryable: failure === undefined ? null : Number(failure.retryable),
    failures: Number(countsAsFailure && failure?.class !== cancelledClass),
    ...readResults({ result: result ?? undefined, metrics, counts, finishedAt }),
  };
}
