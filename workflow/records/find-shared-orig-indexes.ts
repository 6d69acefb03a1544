import { chunksOf } from '../database/chunks-of.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** Which of these `orig_index` values belong to more than one row: atom-reference databases hold several spins of one. */
export function findSharedOrigIndexes(workflow: Workflow, origIndexes: readonly number[]): Set<number> {
  const select = workflow.db
    .prepare<[string], number>(
      `select orig_index from structures where orig_index in (select value from json_each(?))
       group by orig_index having count(*) > 1`,
    )
    .pluck();
  return new Set(
    chunksOf(origIndexes).flatMap((chunk) => withRetry(workflow, () => select.all(JSON.stringify(chunk)))),
  );
}

/** How many values of orig_index several records have. Reads an index only. */
export function countSharedOrigIndexes(workflow: Workflow): number {
  const select = workflow.db
    .prepare<[], number>(
      'select count(*) from (select 1 from structures where orig_index is not null group by orig_index having count(*) > 1)',
    )
    .pluck();
  return withRetry(workflow, () => select.get()) ?? 0;
}
