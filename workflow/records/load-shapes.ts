/** Sizes of records without their geometry: the columns before it, so that a look at many stays cheap. */
import { chunksOf } from '../database/chunks-of.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';
import type { RecordShape } from '../reports/list-timed-runs.ts';

/** In no order; unknown ids are left out. */
export function loadShapes(workflow: Workflow, ids: readonly number[]): RecordShape[] {
  const select = workflow.db.prepare<[string], RecordShape>(`
    select id, elements, charge, spin as multiplicity from structures where id in (select value from json_each(?))`);
  return chunksOf(ids).flatMap((chunk) => withRetry(workflow, () => select.all(JSON.stringify(chunk))));
}
