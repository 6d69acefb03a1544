import { cancelledClass, describeCancellation } from '../../core/job/cancellation.ts';
import { jobIdOf } from '../../core/job/payload.ts';
import { chunksOf } from '../database/chunks-of.ts';
import { inTransaction } from '../database/in-transaction.ts';
import type { Workflow } from '../database/workflow.ts';

/**
 * Notes that open attempts shall be cancelled. The note is what counts: whoever is killed behind it leaves the rest to the audit. A
 * second request changes nothing; an attempt that was settled meanwhile gets none.
 */
export function requestCancel(
  workflow: Workflow,
  attempts: readonly { recordId: number; attempt: number }[],
  reason: string,
): void {
  if (attempts.length === 0) return;
  const note = workflow.db.prepare(`
    insert or ignore into oact_cancellations (record_id, attempt, requested_at, reason)
    select record_id, attempt, @now, @reason from oact_attempts
    where record_id = @recordId and attempt = @attempt and settled_at is null`);
  const now = new Date().toISOString();
  for (const chunk of chunksOf(attempts))
    inTransaction(workflow, () => {
      for (const { recordId, attempt } of chunk) note.run({ recordId, attempt, now, reason });
    });
}

/** Cancelled before they were claimed: nothing of them is ever put on the queue. */
const noBatch = 0;

/**
 * Cancels records that wait in the table: `failed`, with an attempt of the class `cancelled` that never had a job, so that
 * `oact requeue --class cancelled` finds them. `fail_count` stays. A record that was claimed meanwhile is left alone.
 * @returns the ids that were cancelled
 */
export function cancelWaiting(workflow: Workflow, ids: readonly number[], reason: string): number[] {
  if (ids.length === 0) return [];
  const { db } = workflow;
  const take = db.prepare(`
    update structures
    set status = 'failed', error_message = @words, worker_id = null, updated_at = current_timestamp
    where id = @recordId and status in ('to_run', 'ready')`);
  const closeOlder = db.prepare(`
    update oact_attempts set settled_at = @now, outcome = 'stale' where record_id = @recordId and settled_at is null`);
  const lastAttempt = db
    .prepare<[number], number>('select coalesce(max(attempt), 0) from oact_attempts where record_id = ?')
    .pluck();
  const note = db.prepare(`
    insert into oact_attempts
      (record_id, attempt, job_id, batch_id, queued_at, settled_at, outcome, class, reason, retryable)
    values (@recordId, @attempt, @jobId, ${noBatch}, @now, @now, 'failed', '${cancelledClass}', @words, 0)`);
  const words = describeCancellation(reason);
  const now = new Date().toISOString();
  return chunksOf(ids).flatMap((chunk) =>
    inTransaction(workflow, () =>
      chunk.filter((recordId) => {
        if (take.run({ recordId, words }).changes === 0) return false;
        closeOlder.run({ recordId, now });
        const attempt = (lastAttempt.get(recordId) ?? 0) + 1;
        note.run({ recordId, attempt, jobId: jobIdOf(recordId, attempt), now, words });
        return true;
      }),
    ),
  );
}
