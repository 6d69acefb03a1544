import { chunksOf } from '../database/chunks-of.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** A record as `oact set` sees it: the values as they are stored, NULL and nonsense included. */
export type CorrectableRecord = {
  id: number;
  origIndex: number | null;
  status: string | null;
  charge: unknown;
  /** 2S+1; the column is called spin. */
  multiplicity: unknown;
  geometry: string | null;
  jobDir: string | null;
  failCount: number;
  /** The newest attempt number; 0: none. */
  attempt: number;
  /** 1: it is on the queue or runs, whatever another tool has made of its status. */
  hasOpenAttempt: 0 | 1;
};

/** The records of these ids, by id; unknown ids are left out. */
export function loadCorrectable(workflow: Workflow, ids: readonly number[]): CorrectableRecord[] {
  const select = workflow.db.prepare<[string], CorrectableRecord>(`
    select id, orig_index as origIndex, status, charge, spin as multiplicity, geometry, job_dir as jobDir,
      coalesce(fail_count, 0) as failCount,
      coalesce((select max(attempt) from oact_attempts where record_id = structures.id), 0) as attempt,
      exists (select 1 from oact_attempts where record_id = structures.id and settled_at is null) as hasOpenAttempt
    from structures where id in (select value from json_each(?)) order by id`);
  return chunksOf(ids).flatMap((chunk) => withRetry(workflow, () => select.all(JSON.stringify(chunk))));
}

/** Ids of the records within inclusive ranges, ascending. */
export function listIdsWithin(workflow: Workflow, ranges: readonly { from: number; to: number }[]): number[] {
  const select = workflow.db
    .prepare<[string], number>(
      `select distinct structures.id from json_each(?) as range
         cross join structures on structures.id between range.value ->> 0 and range.value ->> 1
       order by structures.id`,
    )
    .pluck();
  const pairs = ranges.map(({ from, to }) => [from, to]);
  return withRetry(workflow, () => select.all(JSON.stringify(pairs)));
}
