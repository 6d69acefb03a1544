import { chunksOf } from '../database/chunks-of.ts';
import { inTransaction } from '../database/in-transaction.ts';
import type { ReleasableAttempt } from './list-releasable.ts';
import type { Workflow } from '../database/workflow.ts';

/**
 * Gives claims back: the attempt is closed as `released`, its record waits again as it did before the claim, and nothing is
 * charged. Their jobs must be off the queue. An attempt that was settled meanwhile stays as it is.
 * @returns those that were released
 */
export function releaseAttempts(
  workflow: Workflow,
  attempts: readonly ReleasableAttempt[],
): ReleasableAttempt[] {
  const close = workflow.db.prepare(`
    update oact_attempts set settled_at = ?, outcome = 'released', reason = ?
    where record_id = ? and attempt = ? and settled_at is null`);
  const giveBack = workflow.db.prepare(`
    update structures set status = 'to_run', updated_at = current_timestamp
    where id = @recordId and status = 'running'
      and not exists (select 1 from oact_attempts where record_id = @recordId and attempt > @attempt)`);
  return chunksOf(attempts).flatMap((chunk) =>
    inTransaction(workflow, () => {
      const now = new Date().toISOString();
      return chunk.filter(({ recordId, attempt, batchId }) => {
        const reason = `batch ${batchId} was stopped before it ran`;
        if (close.run(now, reason, recordId, attempt).changes === 0) return false;
        giveBack.run({ recordId, attempt });
        return true;
      });
    }),
  );
}
