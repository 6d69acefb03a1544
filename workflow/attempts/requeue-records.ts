import { inTransaction } from '../database/in-transaction.ts';
import type { FinishedRecord } from '../records/list-finished.ts';
import type { Workflow } from '../database/workflow.ts';
import { clearRecord } from '../results/result-sql.ts';

/**
 * Lets finished records wait again: `to_run`, without the error and the results of before, which their attempts keep.
 * `fail_count` counts what happened, so it stays, unless a user wants to begin anew. A record whose status has changed since
 * it was listed, or that has an open attempt, is left alone.
 * @returns the ids that wait now
 */
export function requeueRecords(
  workflow: Workflow,
  records: readonly Pick<FinishedRecord, 'id' | 'status'>[],
  options: { resetFailCount: boolean },
): number[] {
  if (records.length === 0) return [];
  const update = workflow.db.prepare(`
    update structures
    set status = 'to_run', error_message = null, worker_id = null, ${clearRecord}, updated_at = current_timestamp
      ${options.resetFailCount ? ', fail_count = 0' : ''}
    where id = ? and status = ?
      and not exists (select 1 from oact_attempts where record_id = structures.id and settled_at is null)`);
  const note = workflow.db.prepare('replace into oact_requeues (record_id, requeued_at) values (?, ?)');
  return inTransaction(workflow, () => {
    const now = new Date().toISOString();
    const requeued = records
      .filter(({ id, status }) => update.run(id, status).changes > 0)
      .map(({ id }) => id);
    for (const id of requeued) note.run(id, now);
    return requeued;
  });
}
