import { chunksOf } from '../database/chunks-of.ts';
import { inTransaction } from '../database/in-transaction.ts';
import { ifOverruled, type OverruledAttempt } from './list-overruled.ts';
import type { Workflow } from '../database/workflow.ts';

/**
 * Closes overruled attempts as stale: what comes back for them changes nothing, and a later claim starts clean. The record
 * stays as the other tool left it. Asked again under the write lock, because it may have been claimed anew since.
 * @returns those that were closed
 */
export function closeOverruled(
  workflow: Workflow,
  overruled: readonly OverruledAttempt[],
): OverruledAttempt[] {
  const close = workflow.db.prepare(`
    update oact_attempts set settled_at = ?, outcome = 'stale', reason = ?
    where record_id = ? and attempt = ? and ${ifOverruled}`);
  return chunksOf(overruled).flatMap((chunk) =>
    inTransaction(workflow, () => {
      const now = new Date().toISOString();
      return chunk.filter(
        ({ recordId, attempt, reason }) => close.run(now, reason, recordId, attempt).changes > 0,
      );
    }),
  );
}
