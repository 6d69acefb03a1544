import { ownColumns } from '../schema/own-columns.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** An open attempt of a stopped batch. */
export type ReleasableAttempt = {
  recordId: number;
  attempt: number;
  jobId: string;
  batchId: number;
  jobDir: string | null;
};

/** The open attempts of stopped batches: jobs that wait, run, or have ended without being settled yet. */
export function listReleasable(workflow: Workflow): ReleasableAttempt[] {
  const select = workflow.db.prepare<[], ReleasableAttempt>(`
    select record_id as recordId, attempt, job_id as jobId, batch_id as batchId, job_dir as jobDir
    from oact_attempts
      join (select id as batch, ${ownColumns(workflow, 'oact_batches', { stoppedAt: 'stopped_at' })} from oact_batches)
        on batch = batch_id
      left join structures on structures.id = record_id
    where settled_at is null and stoppedAt is not null
    order by record_id, attempt`);
  return withRetry(workflow, () => select.all());
}
