import { loadPriorities } from '../steering/load-priorities.ts';
import { mergeRanges } from './merge-ranges.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/**
 * random, ascending by id or by number of atoms, descending by the latter, or by the time that they are expected to take: the longest
 * jobs first leave the fewest cores idle at the end.
 */
export type CandidateOrder = 'random' | 'id' | 'size' | 'largest' | 'longest';

const orderBy: Partial<Record<CandidateOrder, string>> = {
  size: 'order by structures.natoms, structures.id',
  largest: 'order by structures.natoms desc, structures.id',
  longest: 'order by structures.natoms desc, structures.id',
};

/** Both ends belong to it. */
export type IdRange = { from: number; to: number };

/**
 * Ids of the rows that wait to be run, in the wanted order; those of a higher level before all others.
 *
 * A row's geometry may have 58 KB, and SQLite walks through it to reach any column behind it (job_dir,
 * fail_count…), so with 10⁶ rows one glance at each would read the whole file. Ids and status come from
 * `idx_status` alone, and natoms stands before the geometry; all else is loaded page by page (loadRecords)
 * until the batch is full. Random order is shuffled here: `order by random()` would sort in the database,
 * with its lock held.
 */
export function listCandidateIds(
  workflow: Workflow,
  options: {
    order: CandidateOrder;
    ids?: readonly IdRange[];
    /** For `longest`: the same ids in the order of the expected times. Without it, the largest come first. */
    arrange?: ((ids: number[]) => number[]) | undefined;
  },
): number[] {
  const sql = `
    select structures.id
    from json_each(?) as range
      cross join structures on structures.id between range.value ->> 0 and range.value ->> 1
    where structures.status in ('to_run', 'ready')
    ${orderBy[options.order] ?? ''}`;
  const ranges = mergeRanges(options.ids ?? [{ from: 1, to: Number.MAX_SAFE_INTEGER }]);
  const select = workflow.db.prepare<[string], number>(sql).pluck();
  const found = withRetry(workflow, () => select.all(JSON.stringify(ranges)));
  const ids = options.order === 'longest' && options.arrange !== undefined ? options.arrange(found) : found;
  if (options.order === 'id') ids.sort((a, b) => a - b);
  if (options.order === 'random') shuffle(ids);
  const levels = loadPriorities(workflow);
  const levelOf = (id: number): number => levels.get(id) ?? 0;
  if (levels.size > 0) ids.sort((a, b) => levelOf(b) - levelOf(a));
  return ids;
}

/** Fisher–Yates, in place. */
function shuffle(ids: number[]): void {
  for (let last = ids.length - 1; last > 0; last -= 1) {
    const pick = Math.floor(Math.random() * (last + 1));
    const value = ids[last];
    const picked = ids[pick];
    if (value === undefined || picked === undefined) return;
    ids[last] = picked;
    ids[pick] = value;
  }
}
