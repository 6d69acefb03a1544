import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** When an attempt came to an end of its own last, ISO 8601 UTC; null: none has. */
export function findLastEnding(workflow: Workflow): string | null {
  const select = workflow.db
    .prepare<[], string>(
      `select settled_at from oact_attempts
       where settled_at is not null and outcome in ('completed', 'failed', 'timed_out')
       order by settled_at desc limit 1`,
    )
    .pluck();
  return withRetry(workflow, () => select.get()) ?? null;
}
