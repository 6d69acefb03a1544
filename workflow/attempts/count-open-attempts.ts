import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';
import { ownColumns } from '../schema/own-columns.ts';

/** How many attempts are on their way: queued, running, or finished and not settled yet. */
export function countOpenAttempts(workflow: Workflow): number {
  const select = workflow.db
    .prepare<[], number>('select count(*) from oact_attempts where settled_at is null')
    .pluck();
  return withRetry(workflow, () => select.get()) ?? 0;
}

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
