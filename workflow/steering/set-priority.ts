import { inTransaction } from '../database/in-transaction.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';
import type { IdRange } from '../records/list-candidates.ts';
import { hasOwnTable } from '../schema/own-columns.ts';

/** Where a user wants records: before all others, behind them, or at a level of their own; 0 is that of all the others. */
export type Place = 'front' | 'back' | number;

export interface Prioritized {
  /** The level that they have now. */
  level: number;
  ids: number[];
}

/**
 * Gives a level to those of the records that wait or run. `front` is one above the highest that there is, `back` one below the
 * lowest.
 */
export function setPriority(workflow: Workflow, ids: readonly IdRange[], place: Place): Prioritized {
  const { db } = workflow;
  const chosen = db
    .prepare<[string], number>(
      `select s.id from structures s
       where s.status in ('to_run', 'ready', 'running')
         and exists (select 1 from json_each(?) where s.id between value ->> 0 and value ->> 1)
       order by s.id`,
    )
    .pluck();
  const bounds = db.prepare<[], { highest: number; lowest: number }>(
    'select coalesce(max(level), 0) as highest, coalesce(min(level), 0) as lowest from oact_priorities',
  );
  const put = db.prepare('insert or replace into oact_priorities (record_id, level) values (?, ?)');
  const clear = db.prepare('delete from oact_priorities where record_id = ?');
  return inTransaction(workflow, () => {
    const { highest = 0, lowest = 0 } = bounds.get() ?? {};
    const level =
      typeof place === 'number'
        ? place
        : place === 'front'
          ? Math.max(highest, 0) + 1
          : Math.min(lowest, 0) - 1;
    const found = chosen.all(JSON.stringify(ids.map(({ from, to }) => [from, to])));
    for (const id of found) {
      if (level === 0) clear.run(id);
      else put.run(id, level);
    }
    return { level, ids: found };
  });
}

/** Open jobs of records with a level, lowest level first, and of one level the lowest id last: the last one is to run first. */
export function listPrioritizedJobs(
  workflow: Workflow,
): { recordId: number; jobId: string; level: number }[] {
  if (!hasOwnTable(workflow, 'oact_priorities')) return [];
  const select = workflow.db.prepare<[], { recordId: number; jobId: string; level: number }>(`
    select p.record_id as recordId, job_id as jobId, level
    from oact_priorities p join oact_attempts a on a.record_id = p.record_id
    where settled_at is null
    order by level, p.record_id desc`);
  return withRetry(workflow, () => select.all());
}
