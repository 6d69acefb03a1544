/** What waits, and how long jobs of its sizes have taken: samples, so that a campaign of 10⁶ records costs no scan. */
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';
import type { RecordShape } from '../reports/list-timed-runs.ts';
import { mergeRanges } from '../records/merge-ranges.ts';
import type { IdRange } from '../records/list-candidates.ts';

const sampleSize = 500;
const endedSize = 2000;

/** Sizes of up to 500 of the records that wait, spread over their ids; null where the table does not say. */
export function sampleWaiting(
  workflow: Workflow,
  ids: readonly IdRange[] | null,
  waiting: number,
): (RecordShape & { atoms: number | null })[] {
  const step = Math.max(1, Math.ceil(waiting / sampleSize));
  const ranges = JSON.stringify(mergeRanges(ids ?? [{ from: 1, to: Number.MAX_SAFE_INTEGER }]));
  const select = workflow.db.prepare<[string, number], RecordShape & { atoms: number | null }>(
    `with waiting as materialized (
         select structures.id as id, row_number() over () as place from json_each(?) as range
           cross join structures on structures.id between range.value ->> 0 and range.value ->> 1
         where structures.status in ('to_run', 'ready'))
       select structures.id, structures.natoms as atoms, structures.elements, structures.charge, structures.spin as multiplicity
       from waiting cross join structures using (id)
       where (place - 1) % ? = 0 limit ${sampleSize}`,
  );
  return withRetry(workflow, () => select.all(ranges, step));
}

/** The attempts that ended last, of any outcome but those that never ran; newest first. */
export function listEndedTimes(workflow: Workflow): { atoms: number | null; seconds: number }[] {
  const select = workflow.db.prepare<[], { atoms: number | null; seconds: number }>(`
    with ended as materialized (
      select record_id, elapsed_seconds as seconds from oact_attempts
      where settled_at is not null and elapsed_seconds > 0 order by settled_at desc limit ${endedSize})
    select structures.natoms as atoms, ended.seconds from ended cross join structures on structures.id = ended.record_id`);
  return withRetry(workflow, () => select.all());
}
