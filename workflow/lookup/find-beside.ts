import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** The records before and behind one, by id; null: there is none. */
export function findBeside(workflow: Workflow, id: number): { previous: number | null; next: number | null } {
  const select = workflow.db.prepare<[number, number], { previous: number | null; next: number | null }>(
    'select (select max(id) from structures where id < ?) as previous, (select min(id) from structures where id > ?) as next',
  );
  return withRetry(workflow, () => select.get(id, id)) ?? { previous: null, next: null };
}
