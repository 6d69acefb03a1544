import { mergeRanges } from './merge-ranges.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/**
 * random, ascending by id or by number of atoms, descending by the latter, or by the time that they are expected to take: the longest
 * jobs first leave the fewest cores idle at the end.
 */
export type CandidateOrder = 'random' | 'id' | 'size' | 'largest' | 'longest';

/** Both ends belong to it. */
export type IdRange = { from: number; to: number };

/** Id, number of atoms by the column `natoms`, and how often it failed. */
export type Waiting = [id: number, atoms: number | null, failCount: number];

/** Records that one statement looks at: some ms. */
const sliceRows = 10_000;

/**
 * Rows that wait to be run, by id, in slices, each a statement of its own, so that the caller may let others have their turn in between.
 * All of it stands in the index `oact_narrow`: a row's geometry may have 58 kB, and SQLite walks through it to reach any column behind it.
 * @param ids inclusive ranges; null: all records
 */
export function* scanWaiting(workflow: Workflow, ids: readonly IdRange[] | null): Generator<Waiting[]> {
  for (const [first, last] of mergeRanges(ids ?? [{ from: 1, to: Number.MAX_SAFE_INTEGER }]))
    for (let from = first; from <= last;) {
      const to = Math.min(last, findSliceEnd(workflow, from) ?? last);
      yield listSlice(workflow, from, to);
      from = to + 1;
    }
}

/** undefined: fewer rows than a slice has are left. */
function findSliceEnd(workflow: Workflow, from: number): number | undefined {
  const select = workflow.db
    .prepare<[number], number>(
      `select id from structures where id >= ? order by id limit 1 offset ${sliceRows - 1}`,
    )
    .pluck();
  return withRetry(workflow, () => select.get(from));
}

function listSlice(workflow: Workflow, from: number, to: number): Waiting[] {
  // The sign keeps SQLite from the index of statuses, which lacks the other columns.
  const select = workflow.db
    .prepare<[number, number], Waiting>(
      `select id, natoms, coalesce(fail_count, 0) from structures where id between ? and ? and +status in ('to_run', 'ready')`,
    )
    .raw();
  return withRetry(workflow, () => select.all(from, to));
}
