import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';
import type { IdRange } from './list-candidates.ts';
import { mergeRanges } from './merge-ranges.ts';

/** Records whose charge or multiplicity no source has said. */
export type Unset = {
  /** NULL, read as 0. */
  charge: number;
  /** NULL, read as 1. */
  multiplicity: number;
  /** Records that lack one or both. */
  records: number;
  /** The first of them by id. */
  firstIds: number[];
};

/**
 * Counts records without charge or multiplicity. The existing tools leave NULL where a table had no value and compute with 0 and 1.
 * @param only `waiting`: those that are still to be run
 */
export function countUnset(
  workflow: Workflow,
  only: 'all' | 'waiting',
  ids: readonly IdRange[] | null = null,
): Unset {
  const ranges = JSON.stringify(mergeRanges(ids ?? [{ from: 1, to: Number.MAX_SAFE_INTEGER }]));
  const from = `
    from json_each(?) as range
      cross join structures on structures.id between range.value ->> 0 and range.value ->> 1
    where (charge is null or spin is null) ${only === 'waiting' ? `and status in ('to_run', 'ready')` : ''}`;
  const count = workflow.db.prepare<[string], Omit<Unset, 'firstIds'>>(
    `select count(*) as records, count(*) - count(charge) as charge, count(*) - count(spin) as multiplicity ${from}`,
  );
  const first = workflow.db
    .prepare<[string], number>(`select structures.id ${from} order by structures.id limit 10`)
    .pluck();
  return withRetry(workflow, () => ({
    ...(count.get(ranges) ?? { records: 0, charge: 0, multiplicity: 0 }),
    firstIds: first.all(ranges),
  }));
}
