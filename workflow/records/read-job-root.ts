import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** The job root under which jobs were queued last; null: none ever was. followJobRoot keeps it true when the root moves. */
export function readJobRoot(workflow: Workflow): string | null {
  const select = workflow.db
    .prepare<[], string | null>(
      `select json_extract(options, '$.jobRoot') from oact_batches order by id desc limit 1`,
    )
    .pluck();
  return withRetry(workflow, () => select.get()) ?? null;
}
