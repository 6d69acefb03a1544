import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** How many attempts are on their way: queued, running, or finished and not settled yet. */
export function countOpenAttempts(workflow: Workflow): number {
  const select = workflow.db
    .prepare<[], number>('select count(*) from oact_attempts where settled_at is null')
    .pluck();
  return withRetry(workflow, () => select.get()) ?? 0;
}
