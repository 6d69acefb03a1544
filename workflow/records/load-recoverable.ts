import { chunksOf } from '../database/chunks-of.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** A row whose job directory may hold more than the database knows; without its geometry. */
export type RecoverableRecord = {
  id: number;
  origIndex: number | null;
  /** `to_run`, `ready` or `running`; of an update from disk any other, too. */
  status: string;
  /** Whether the table has a result. */
  hasEnergy: boolean;
  /** NULL is 0. */
  charge: number;
  /** 2S+1; NULL is 1. */
  multiplicity: number;
  jobDir: string | null;
  /** ms since the epoch, in whole seconds; of a running row, when it was claimed or its directory was made. */
  updatedAtMs: number;
  /** 0: oact has not worked on it. */
  lastAttempt: number;
  /** When that attempt was settled, ms since the epoch. */
  lastSettledAtMs: number;
};

/** Rows that have not come to an end. */
const unfinished = ['to_run', 'ready', 'running'];

/** Ids of the rows with these statuses that have no open attempt: from `idx_status` alone, ascending. */
export function listRecoverableIds(workflow: Workflow, statuses: readonly string[] = unfinished): number[] {
  const select = workflow.db
    .prepare<[string], number>(
      `select id from structures
       where status in (select value from json_each(?))
         and not exists (select 1 from oact_attempts where record_id = id and settled_at is null)`,
    )
    .pluck();
  return withRetry(workflow, () => select.all(JSON.stringify(statuses))).toSorted((a, b) => a - b);
}

/** Loads a page of them; unknown ids are left out. */
export function loadRecoverable(workflow: Workflow, ids: readonly number[]): RecoverableRecord[] {
  type Row = Omit<RecoverableRecord, 'hasEnergy'> & { hasEnergy: number };
  const select = workflow.db.prepare<[string], Row>(`
    select id, orig_index as origIndex, status, final_energy is not null as hasEnergy, coalesce(charge, 0) as charge, coalesce(spin, 1) as multiplicity,
      job_dir as jobDir, coalesce(unixepoch(updated_at) * 1000, 0) as updatedAtMs,
      coalesce((select max(attempt) from oact_attempts where record_id = id), 0) as lastAttempt,
      coalesce((select max(unixepoch(settled_at, 'subsec')) * 1000 from oact_attempts where record_id = id), 0) as lastSettledAtMs
    from structures
    where id in (select value from json_each(?))
    order by id`);
  return chunksOf(ids)
    .flatMap((chunk) => withRetry(workflow, () => select.all(JSON.stringify(chunk))))
    .map((row) => ({ ...row, hasEnergy: row.hasEnergy === 1 }));
}
