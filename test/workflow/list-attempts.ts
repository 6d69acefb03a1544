import { withRetry } from '../../workflow/database/with-retry.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';

/** Everything that is kept of one attempt; what no result has told is null. Times are ISO 8601 UTC. */
export type Attempt = {
  attempt: number;
  jobId: string;
  batchId: number;
  queuedAt: string;
  settledAt: string | null;
  outcome: 'completed' | 'failed' | 'timed_out' | 'stale' | null;
  class: string | null;
  reason: string | null;
  retryable: boolean | null;
  node: string | null;
  allocationId: string | null;
  slot: number | null;
  cores: number[] | null;
  startedAt: string | null;
  finishedAt: string | null;
  program: string | null;
  finalEnergyHartree: number | null;
  scfCycles: number | null;
  /** ORCA's own timing sum. */
  wallTimeSeconds: number | null;
  elapsedSeconds: number | null;
  starts: number | null;
  lost: number | null;
  handedBack: number | null;
  faults: number | null;
};

type AttemptRow = Omit<Attempt, 'retryable' | 'cores'> & { retryable: number | null; cores: string | null };

/** All attempts of a record, oldest first. */
export function listAttempts(workflow: Workflow, recordId: number): Attempt[] {
  const select = workflow.db.prepare<[number], AttemptRow>(`
    select attempt, job_id as jobId, batch_id as batchId, queued_at as queuedAt, settled_at as settledAt,
      outcome, class, reason, retryable, node, allocation_id as allocationId, slot, cores,
      started_at as startedAt, finished_at as finishedAt, program, final_energy as finalEnergyHartree,
      scf_cycles as scfCycles, wall_time as wallTimeSeconds, elapsed_seconds as elapsedSeconds,
      starts, lost, handed_back as handedBack, faults
    from oact_attempts
    where record_id = ?
    order by attempt`);
  return withRetry(workflow, () => select.all(recordId)).map((row) => ({
    ...row,
    retryable: row.retryable === null ? null : row.retryable === 1,
    cores: row.cores === null ? null : JSON.parse(row.cores),
  }));
}
