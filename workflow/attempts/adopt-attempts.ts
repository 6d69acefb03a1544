import { jobIdOf } from '../../core/job/payload.ts';
import { inTransaction } from '../database/in-transaction.ts';
import { settleJobs, type Settlement } from './settle-jobs.ts';
import type { Workflow } from '../database/workflow.ts';

/** A finished run that was found on disk and that no attempt stands for. */
export type Adoption = Settlement & {
  /** The record's status when it was judged; it is left alone when that has changed. */
  status: string;
  /** Kept with the record if it has none. */
  jobDir: string;
  /** ISO 8601 UTC */
  finishedAt: string;
  /** Where it was found, for the attempt. */
  reason: string;
};

/** Adopted attempts belong to no batch: nothing of them is ever put on the queue. */
const noBatch = 0;

/**
 * Gives each finished run an attempt of its own, claimed and settled in one transaction. Guarded like a claim: a record that was
 * claimed or changed since, or that knows this attempt, stays as it is.
 * @returns those that were adopted
 */
export function adoptAttempts(workflow: Workflow, adoptions: readonly Adoption[]): Adoption[] {
  if (adoptions.length === 0) return [];
  const { db } = workflow;
  const take = db.prepare(`
    update structures set status = 'running', worker_id = null, job_dir = coalesce(job_dir, @jobDir)
    where id = @recordId and status = @status and not exists (
      select 1 from oact_attempts
      where record_id = @recordId and (settled_at is null or attempt >= @attempt))`);
  const open = db.prepare(`
    insert into oact_attempts (record_id, attempt, job_id, batch_id, queued_at)
    values (@recordId, @attempt, @jobId, @batchId, @queuedAt)`);
  const note = db.prepare(`
    update oact_attempts
    set reason = @reason || coalesce(': ' || reason, '')
    where record_id = @recordId and attempt = @attempt`);
  return inTransaction(workflow, () => {
    const queuedAt = new Date().toISOString();
    const taken = adoptions.filter(({ recordId, attempt, status, jobDir }) => {
      if (take.run({ recordId, attempt, status, jobDir }).changes === 0) return false;
      open.run({ recordId, attempt, jobId: jobIdOf(recordId, attempt), batchId: noBatch, queuedAt });
      return true;
    });
    settleJobs(workflow, taken);
    for (const { recordId, attempt, reason } of taken) note.run({ recordId, attempt, reason });
    return taken;
  });
}
