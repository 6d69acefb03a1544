import { chunksOf } from '../database/chunks-of.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** Those of the jobs whose attempt is open at this moment. */
export function filterOpen(workflow: Workflow, jobIds: readonly string[]): Set<string> {
  const select = workflow.db
    .prepare<[string], string>(
      `select job_id from oact_attempts
       where job_id in (select value from json_each(?)) and settled_at is null`,
    )
    .pluck();
  return new Set(
    chunksOf(jobIds).flatMap((chunk) => withRetry(workflow, () => select.all(JSON.stringify(chunk)))),
  );
}
