import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** When the first attempt of the campaign ended; null: none has. The index begins with it. */
export function findFirstEnd(workflow: Workflow): Date | null {
  const select = workflow.db
    .prepare<[], string>(
      `select coalesce(finished_at, settled_at) from oact_attempts
       where settled_at is not null order by coalesce(finished_at, settled_at) limit 1`,
    )
    .pluck();
  const text = withRetry(workflow, () => select.get());
  return text === undefined ? null : new Date(text);
}
