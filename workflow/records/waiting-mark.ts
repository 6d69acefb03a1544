import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/**
 * What changes when records are imported, corrected, queued again or get another priority: while it is the same, those that waited and
 * were left out still are. Other tools that let a record wait again do not change it.
 */
export function readWaitingMark(workflow: Workflow): string {
  const select = workflow.db
    .prepare<[]>(
      `select (select max(id) from structures), (select max(requeued_at) from oact_requeues), (select max(id) from oact_corrections),
         (select json_group_array(record_id || ':' || level) from oact_priorities)`,
    )
    .raw();
  return JSON.stringify(withRetry(workflow, () => select.get()));
}
