import { cancelledClass } from '../../core/job/cancellation.ts';
import { resolveJobDir } from '../../core/job-dir/resolve-job-dir.ts';
import { readJobRoot } from '../records/read-job-root.ts';
import { chunksOf } from '../database/chunks-of.ts';
import { hasOwnTable } from '../schema/own-columns.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** An open attempt that a person wants cancelled. */
export type CancelRequest = {
  recordId: number;
  attempt: number;
  /** Of the call that claimed it. */
  batchId: number;
  jobId: string;
  /** Absolute. */
  jobDir: string | null;
  /** ISO 8601 UTC */
  queuedAt: string;
  requestedAt: string;
  reason: string;
};

/** All requests to cancel that are not fulfilled, or those of some jobs. */
export function listCancelRequests(workflow: Workflow, jobIds?: readonly string[]): CancelRequest[] {
  if (!hasOwnTable(workflow, 'oact_cancellations')) return [];
  const select = workflow.db.prepare<string[], CancelRequest>(`
    select a.record_id as recordId, a.attempt, batch_id as batchId, job_id as jobId, job_dir as jobDir, queued_at as queuedAt,
      requested_at as requestedAt, c.reason
    from ${jobIds === undefined ? requested : asked}
      left join structures on structures.id = a.record_id
    where settled_at is null
    order by a.record_id`);
  const wanted = jobIds === undefined ? [null] : chunksOf(jobIds).map((chunk) => JSON.stringify(chunk));
  const requests = wanted.flatMap((ids) =>
    withRetry(workflow, () => (ids === null ? select.all() : select.all(ids))),
  );
  const jobRoot = requests.length === 0 ? null : readJobRoot(workflow);
  return requests.map((one) => ({ ...one, jobDir: resolveJobDir(jobRoot, one.jobDir) }));
}

const requested = `oact_cancellations c join oact_attempts a on a.record_id = c.record_id and a.attempt = c.attempt`;
/** From the jobs to their requests: it costs what is asked for, however many requests there are. */
const asked = `json_each(?) wanted cross join oact_attempts a on a.job_id = wanted.value
  join oact_cancellations c on c.record_id = a.record_id and c.attempt = a.attempt`;

/** Those of the jobs whose attempt was closed as cancelled; others came to another end. */
export function whichWereCancelled(workflow: Workflow, jobIds: readonly string[]): Set<string> {
  const select = workflow.db
    .prepare<[string, string], string>(
      'select job_id from oact_attempts where job_id in (select value from json_each(?)) and class = ?',
    )
    .pluck();
  return new Set(
    chunksOf(jobIds).flatMap((chunk) =>
      withRetry(workflow, () => select.all(JSON.stringify(chunk), cancelledClass)),
    ),
  );
}
