import { chunksOf } from '../database/chunks-of.ts';
import { inTransaction } from '../database/in-transaction.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';
import { recordIsOurs } from './record-is-ours.ts';

/** An open attempt whose record is not ours any more. */
export type OverruledAttempt = {
  recordId: number;
  attempt: number;
  jobId: string;
  /** In words, for the attempt. */
  reason: string;
};

/** Its row was deleted, reset, or claimed by another tool. Our own verbs change row and attempt together. */
const ifOverruled = `settled_at is null and not ${recordIsOurs('record_id')}`;

/**
 * Open attempts whose record another tool has taken back: a dashboard that reset it, a launcher that claimed it, a user who
 * deleted it. Who only judges it from disk does not take it back. A row that was reset and claimed again without a `worker_id`
 * looks like ours and is not among them.
 */
export function listOverruled(workflow: Workflow): OverruledAttempt[] {
  const select = workflow.db.prepare<[], OverruledAttempt>(`
    select record_id as recordId, attempt, job_id as jobId, coalesce(
      (select case when worker_id is null then 'another tool set the record to ' || status
        else 'another tool claimed the record: its worker_id is ' || worker_id end from structures where id = record_id),
      'the record was deleted') as reason
    from oact_attempts
    where ${ifOverruled}`);
  return withRetry(workflow, () => select.all());
}

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
