import type { FinishedRecord } from './list-finished.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** Whether a record still is as it was listed, and no attempt of it is open or newer. */
export function isAtRest(
  workflow: Workflow,
  { id, status, attempt }: Pick<FinishedRecord, 'id' | 'status' | 'attempt'>,
): boolean {
  const select = workflow.db.prepare<[number, string, number], 1>(`
    select 1 from structures where id = ? and status = ?
      and not exists (select 1 from oact_attempts where record_id = id and (settled_at is null or attempt > ?))`);
  return withRetry(workflow, () => select.get(id, status, attempt)) !== undefined;
}
