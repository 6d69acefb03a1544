import { resolveJobDir } from '../../core/job-dir/resolve-job-dir.ts';
import { readJobRoot } from '../records/read-job-root.ts';
import { chunksOf } from '../database/chunks-of.ts';
import { inTransaction } from '../database/in-transaction.ts';
import { withRetry } from '../database/with-retry.ts';
import { recordIsOurs } from '../other-tools/record-is-ours.ts';
import type { Workflow } from '../database/workflow.ts';
import { ownColumns } from '../schema/own-columns.ts';

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
    where id = @recordId and ${recordIsOurs('@recordId')}
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

/** An open attempt of a stopped batch. */
export type ReleasableAttempt = {
  recordId: number;
  attempt: number;
  jobId: string;
  batchId: number;
  /** Absolute. */
  jobDir: string | null;
};

/** The open attempts of stopped batches: jobs that wait, run, or have ended without being settled yet; or those of some jobs. */
export function listReleasable(workflow: Workflow, jobIds?: readonly string[]): ReleasableAttempt[] {
  const ofJobs = jobIds === undefined ? '' : 'job_id in (select value from json_each(?)) and ';
  const select = workflow.db.prepare<string[], ReleasableAttempt>(`
    select record_id as recordId, attempt, job_id as jobId, batch_id as batchId, job_dir as jobDir
    from oact_attempts
      join (select id as batch, ${ownColumns(workflow, 'oact_batches', { stoppedAt: 'stopped_at' })} from oact_batches)
        on batch = batch_id
      left join structures on structures.id = record_id
    where ${ofJobs}settled_at is null and stoppedAt is not null
    order by record_id, attempt`);
  const wanted = jobIds === undefined ? [[]] : chunksOf(jobIds).map((chunk) => [JSON.stringify(chunk)]);
  const open = wanted.flatMap((values) => withRetry(workflow, () => select.all(...values)));
  const jobRoot = open.length === 0 ? null : readJobRoot(workflow);
  return open.map((one) => ({ ...one, jobDir: resolveJobDir(jobRoot, one.jobDir) }));
}
