import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** When the attempt was claimed that has been under way for longest, ISO 8601 UTC; null: none is under way. */
export function findOldestOpen(workflow: Workflow): string | null {
  const select = workflow.db
    .prepare<[], string>('select min(queued_at) from oact_attempts where settled_at is null')
    .pluck();
  return withRetry(workflow, () => select.get()) ?? null;
}
