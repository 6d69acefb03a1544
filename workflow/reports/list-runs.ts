import { endedOutcomes } from '../lookup/job-filter.ts';
import { nameColumn } from '../names/name-column.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** One attempt that came to an end, with what of its record a picture needs. */
export type RunRow = {
  recordId: number;
  attempt: number;
  name: string | null;
  outcome: 'completed' | 'failed' | 'timed_out';
  class: string | null;
  node: string | null;
  slot: number | null;
  /** How many cores its slot had. */
  cores: number | null;
  startedAt: string | null;
  endedAt: string;
  elapsedSeconds: number | null;
  energyHartree: number | null;
  /** Of the record's result, Eh/bohr. */
  maxGradient: number | null;
  atomCount: number | null;
  /** `U;O;O` */
  elements: string | null;
  charge: number | null;
};

/** Attempts that ended in a stretch of time: the newest of them, and how many there are. The index of endings leads to them. */
export function listRuns(
  workflow: Workflow,
  range: { from: Date; to: Date; limit: number },
): { runs: RunRow[]; total: number } {
  const where = `a.settled_at is not null and coalesce(a.finished_at, a.settled_at) >= @from
    and coalesce(a.finished_at, a.settled_at) <= @to and a.outcome in ${endedOutcomes}`;
  const values = { from: range.from.toISOString(), to: range.to.toISOString() };
  const count = workflow.db
    .prepare<[typeof values], number>(`select count(*) from oact_attempts a where ${where}`)
    .pluck();
  const select = workflow.db.prepare<[typeof values & { limit: number }], RunRow>(`
    select a.record_id as recordId, a.attempt, ${nameColumn(workflow, 'a.record_id')} as name, a.outcome, a.class, a.node, a.slot,
      json_array_length(a.cores) as cores, a.started_at as startedAt, coalesce(a.finished_at, a.settled_at) as endedAt,
      a.elapsed_seconds as elapsedSeconds, a.final_energy as energyHartree, iif(a.outcome = 'completed', s.max_forces, null) as maxGradient,
      s.natoms as atomCount, s.elements, s.charge
    from oact_attempts a cross join structures s on s.id = a.record_id
    where ${where} order by coalesce(a.finished_at, a.settled_at) desc limit @limit`);
  return withRetry(workflow, () => ({
    total: count.get(values) ?? 0,
    runs: select.all({ ...values, limit: range.limit }),
  }));
}
