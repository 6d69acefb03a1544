import { cancelledClass } from '../../core/job/cancellation.ts';
import type { Outcome } from '../../core/job/outcome.ts';
import type { JobResult, Metrics } from '../../core/job/result.ts';
import { inTransaction } from '../database/in-transaction.ts';
import type { Workflow } from '../database/workflow.ts';
import { type ForeignVerdict, selectForeignVerdict } from '../other-tools/foreign-verdicts.ts';
import { recordIsOurs } from '../other-tools/record-is-ours.ts';

/** How a job came to its end, as the queue counted it since it was added last; null where the queue does not say. */
export type AttemptCounts = {
  /** Consumers that took it. */
  starts: number | null;
  /** Consumers that vanished with it. */
  lost: number | null;
  /** Runs that a drain or the end of a walltime cut short. */
  handedBack: number | null;
  /** Faults of ours that it met. */
  faults: number | null;
};

/** How one attempt ended, to be written to its record. */
export type Settlement = {
  recordId: number;
  attempt: number;
  outcome: Outcome;
  /** null when no run left one: the job was lost, refused, or blocked by a marker. */
  result: JobResult | null;
  /** Those of the result, unless given: an output that was found on disk has metrics and no result. */
  metrics?: Metrics;
  /**
   * Whether a failed outcome raises fail_count; default true. False when ORCA never had its say: a row
   * that could not be resolved, a marker, an invalid payload, a fault of ours. What a person cancelled never does.
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
      retryable = @retryable, node = @node, allocation_id = @allocationId, slot = @slot, cores = @cores,
      started_at = @startedAt, finished_at = @finishedAt, program = @program, warnings = @warnings,
      final_energy = @finalEnergy, scf_cycles = @scfCycles, wall_time = @wallTime,
      elapsed_seconds = @elapsedSeconds,
      starts = @starts, lost = @lost, handed_back = @handedBack, faults = @faults,
      restarted_from = @restartedFrom, earlier_scf_cycles = @earlierScfCycles,
      earlier_opt_cycles = @earlierOptCycles, earlier_seconds = @earlierSeconds
    where record_id = @recordId and attempt = @attempt and settled_at is null`);
  const updateRecord = {
    completed: db.prepare(`
      update structures
      set status = 'completed', max_forces = @maxForces, scf_steps = @scfCycles,
        final_energy = @finalEnergy, wall_time = @wallTime, n_cores = @ranks,
        error_message = null, worker_id = null, updated_at = current_timestamp
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
  const { recordId, attempt, outcome, result, counts, countsAsFailure = true } = settlement;
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
    node: result?.ranOn.node ?? null,
    allocationId: result?.ranOn.allocationId ?? null,
    slot: result?.ranOn.slot ?? null,
    cores: result === null ? null : JSON.stringify(result.ranOn.cores),
    startedAt: result?.startedAt ?? null,
    finishedAt: result?.finishedAt ?? null,
    elapsedSeconds:
      result === null ? null : (Date.parse(result.finishedAt) - Date.parse(result.startedAt)) / 1000,
    program: metrics?.program ?? null,
    warnings:
      metrics === undefined || metrics.warnings.length === 0 ? null : JSON.stringify(metrics.warnings),
    maxForces: metrics?.maxGradientHartreePerBohr ?? null,
    finalEnergy: metrics?.finalEnergyHartree ?? null,
    scfCycles: metrics?.scfCycles ?? null,
    wallTime: metrics?.wallTimeSeconds ?? null,
    ranks: metrics?.ranks ?? null,
    starts: counts?.starts ?? null,
    lost: counts?.lost ?? null,
    handedBack: counts?.handedBack ?? null,
    faults: counts?.faults ?? null,
    restartedFrom: result?.restart?.from ?? null,
    earlierScfCycles: result?.restart?.scfCycles ?? null,
    earlierOptCycles: result?.restart?.optimizationCycles ?? null,
    earlierSeconds: result?.restart?.seconds ?? null,
  };
}
