import { hasOwnTable } from '../schema/own-columns.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** Records that are taken before or after all others: id → level, never 0. */
export function loadPriorities(workflow: Workflow): Map<number, number> {
  if (!hasOwnTable(workflow, 'oact_priorities')) return new Map();
  const select = workflow.db.prepare<[], { id: number; level: number }>(
    'select record_id as id, level from oact_priorities',
  );
  return new Map(withRetry(workflow, () => select.all()).map(({ id, level }) => [id, level]));
}
