import { chunksOf } from '../database/chunks-of.ts';
import { inTransaction } from '../database/in-transaction.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** Where the next look begins, in oact_meta: looks of several processes share the work. */
const cursorKey = 'looked_for_energies';

/**
 * Completed records without an energy and without an open attempt: another tool wrote the status and no numbers.
 * @param limit how many completed records are looked at, beginning where the look before ended, because the energy lies behind the
 *   geometry, which is read with it; null: all
 */
export function listWithoutEnergy(workflow: Workflow, limit: number | null): number[] {
  const { db } = workflow;
  const from = limit === null ? 0 : readCursor(workflow);
  const page = db
    .prepare<[number, number], number>(
      `select id from structures where status = 'completed' and id > ? order by id limit ?`,
    )
    .pluck();
  const ids = withRetry(workflow, () => page.all(from, limit ?? -1));
  if (limit !== null) writeCursor(workflow, from, ids.length < limit ? 0 : (ids.at(-1) ?? 0));
  const select = db
    .prepare<[string], number>(
      `select id from structures
       where id in (select value from json_each(?)) and status = 'completed' and final_energy is null
         and not exists (select 1 from oact_attempts where record_id = id and settled_at is null)`,
    )
    .pluck();
  return chunksOf(ids).flatMap((chunk) => withRetry(workflow, () => select.all(JSON.stringify(chunk))));
}

function readCursor(workflow: Workflow): number {
  const select = workflow.db.prepare<[string], string>('select value from oact_meta where key = ?').pluck();
  return Number(withRetry(workflow, () => select.get(cursorKey)) ?? 0);
}

/** Campaigns that are looked at as a whole each time write nothing. */
function writeCursor(workflow: Workflow, before: number, after: number): void {
  if (before === after) return;
  const write = workflow.db.prepare('replace into oact_meta (key, value) values (?, ?)');
  inTransaction(workflow, () => write.run(cursorKey, String(after)));
}
