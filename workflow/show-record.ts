import type { AttemptCounts } from './settle-jobs.ts';
import { withRetry } from './with-retry.ts';
import type { Workflow } from './workflow.ts';

/** One record as a person asks for it, without its geometry. */
export type RecordView = {
  id: number;
  origIndex: number | null;
  /** `U;O;O`, as imported: true for rows that oact imported, a hint for others. */
  elements: string | null;
  status: string | null;
  failCount: number | null;
  charge: number | null;
  /** 2S+1; the column is called spin. */
  multiplicity: number | null;
  jobDir: string | null;
  errorMessage: string | null;
  finalEnergyHartree: number | null;
  /** Largest component of the gradient, Eh/bohr. */
  maxForces: number | null;
  scfCycles: number | null;
  /** ORCA's own timing sum. */
  wallTimeSeconds: number | null;
  ranks: number | null;
  /** Oldest first. */
  attempts: AttemptView[];
};

/** One attempt; what is not known yet is null. Times are ISO 8601 UTC. */
export type AttemptView = AttemptCounts & {
  attempt: number;
  jobId: string;
  queuedAt: string;
  /** null: its job is in the queue, or must be. */
  settledAt: string | null;
  outcome: 'completed' | 'failed' | 'timed_out' | 'stale' | null;
  class: string | null;
  reason: string | null;
  node: string | null;
  allocationId: string | null;
  slot: number | null;
  startedAt: string | null;
  finishedAt: string | null;
  elapsedSeconds: number | null;
  program: string | null;
};

/** One record with all its attempts; undefined when there is no such row. */
export function showRecord(workflow: Workflow, id: number): RecordView | undefined {
  const { db } = workflow;
  const selectRecord = db.prepare<[number], Omit<RecordView, 'attempts'>>(`
    select id, orig_index as origIndex, elements, status, fail_count as failCount, charge, spin as multiplicity,
      job_dir as jobDir, error_message as errorMessage, final_energy as finalEnergyHartree, max_forces as maxForces,
      scf_steps as scfCycles, wall_time as wallTimeSeconds, n_cores as ranks
    from structures where id = ?`);
  const selectAttempts = db.prepare<[number], AttemptView>(`
    select attempt, job_id as jobId, queued_at as queuedAt, settled_at as settledAt, outcome, class, reason, node,
      allocation_id as allocationId, slot, started_at as startedAt, finished_at as finishedAt,
      elapsed_seconds as elapsedSeconds, program, ${countColumns(workflow)}
    from oact_attempts where record_id = ? order by attempt`);
  return withRetry(workflow, () => {
    const record = selectRecord.get(id);
    return record && { ...record, attempts: selectAttempts.all(id) };
  });
}

/** A database that is only read stays at the version it has; the first one had no counts. */
function countColumns({ db }: Workflow): string {
  const hasCounts = db
    .prepare(`select 1 from pragma_table_info('oact_attempts') where name = 'starts'`)
    .get();
  const counts = { starts: 'starts', lost: 'lost', handedBack: 'handed_back', faults: 'faults' };
  return Object.entries(counts)
    .map(([name, column]) => `${hasCounts === undefined ? 'null' : column} as ${name}`)
    .join(', ');
}
