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

/** When the last attempt of the campaign ended; null: none has. The index ends with it. */
export function findLastEnd(workflow: Workflow): Date | null {
  const select = workflow.db
    .prepare<[], string>(
      `select coalesce(finished_at, settled_at) from oact_attempts
       where settled_at is not null order by coalesce(finished_at, settled_at) desc limit 1`,
    )
    .pluck();
  const text = withRetry(workflow, () => select.get());
  return text === undefined ? null : new Date(text);
}

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

/** When the attempt was claimed that has been under way for longest, ISO 8601 UTC; null: none is under way. */
export function findOldestOpen(workflow: Workflow): string | null {
  const select = workflow.db
    .prepare<[], string>('select min(queued_at) from oact_attempts where settled_at is null')
    .pluck();
  return withRetry(workflow, () => select.get()) ?? null;
}
