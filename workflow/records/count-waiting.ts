import { mergeRanges } from './merge-ranges.ts';
import type { IdRange } from './list-candidates.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** How many records wait, from the index alone. @param ids inclusive ranges; null: all records */
export function countWaiting(workflow: Workflow, ids: readonly IdRange[] | null): number {
  const select = workflow.db
    .prepare<[string], number>(
      `select count(*) from json_each(?) as range
         cross join structures on structures.id between range.value ->> 0 and range.value ->> 1
       where structures.status in ('to_run', 'ready')`,
    )
    .pluck();
  const ranges = mergeRanges(ids ?? [{ from: 1, to: Number.MAX_SAFE_INTEGER }]);
  return withRetry(workflow, () => select.get(JSON.stringify(ranges))) ?? 0;
}
