import { inTransaction } from './in-transaction.ts';
import type { Workflow } from './workflow.ts';

/**
 * Gives claims back: `running` → `to_run`, the attempt closed as released, fail_count untouched. Only the
 * owner of a row can: an attempt that is settled, or was overtaken by a newer claim, changes nothing.
 * @returns how many rows wait again
 */
export function releaseJobs(
  workflow: Workflow,
  attempts: readonly { recordId: number; attempt: number }[],
): number {
  const close = workflow.db.prepare(`
    update oact_attempts set settled_at = ?, outcome = 'released'
    where record_id = ? and attempt = ? and settled_at is null`);
  const giveBack = workflow.db.prepare(`
    update structures
    set status = 'to_run', worker_id = null, updated_at = current_timestamp
    where id = @recordId and status = 'running'
      and not exists (select 1 from oact_attempts where record_id = @recordId and attempt > @attempt)`);
  return inTransaction(workflow, () => {
    const now = new Date().toISOString();
    let released = 0;
    for (const { recordId, attempt } of attempts) {
      if (close.run(now, recordId, attempt).changes === 0) continue;
      released += giveBack.run({ recordId, attempt }).changes;
    }
    return released;
  });
}
