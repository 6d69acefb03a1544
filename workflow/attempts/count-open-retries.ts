import { ownColumns } from '../schema/own-columns.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** How many records run because an attempt before has failed. */
export function countOpenRetries(workflow: Workflow): number {
  const select = workflow.db
    .prepare<[], number>(
      `select count(retryOf) from (
         select ${ownColumns(workflow, 'oact_attempts', { retryOf: 'retry_of' })} from oact_attempts
         where settled_at is null)`,
    )
    .pluck();
  return withRetry(workflow, () => select.get()) ?? 0;
}
