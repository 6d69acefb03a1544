import type { Queue } from 'bullmq';
import type { OpenAttempt } from '../../workflow/attempts/list-open-attempts.ts';
import { loadBatch } from '../../workflow/attempts/batches.ts';
import { loadPriorities } from '../../workflow/steering/load-priorities.ts';
import { loadRecords } from '../../workflow/records/load-records.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { addJobs } from '../add-jobs.ts';
import { batchOptionsSchema, type BatchOptions } from '../batch-options.ts';
import { settleRefused } from '../enqueue.ts';
import { buildJob, planJob } from '../plan-job.ts';

/**
 * Puts jobs of open attempts on the queue, exactly as they were claimed: jobs that the queue has lost, and retries. A record that cannot be made into a job any more is
 * settled as failed; one that was deleted is left to the next audit, which closes its attempt.
 */
export async function readdJobs(
  workflow: Workflow,
  queue: Queue,
  lost: readonly OpenAttempt[],
): Promise<{ readded: string[]; refused: { jobId: string; reason: string }[] }> {
  if (lost.length === 0) return { readded: [], refused: [] };
  const ids = lost.map((attempt) => attempt.recordId);
  const records = new Map(loadRecords(workflow, ids).map((record) => [record.id, record]));
  const batches = new Map<number, BatchOptions>();
  const jobs = [];
  const refused = [];
  for (const { recordId, attempt, batchId, jobId, remedies } of lost) {
    const record = records.get(recordId);
    if (!record) continue;
    const batch = batches.get(batchId) ?? batchOptionsSchema.parse(loadBatch(workflow, batchId));
    batches.set(batchId, batch);
    const plan = planJob(record, batch);
    if (plan.kind === 'job') jobs.push(buildJob(plan, attempt, workflow.campaignId, batch, remedies));
    else
      refused.push({
        jobId,
        recordId,
        attempt,
        reason: plan.reason,
        failureClass: plan.kind === 'refused' ? plan.class : 'input_structure',
      });
  }
  settleRefused(workflow, refused);
  await addJobs(queue, jobs, loadPriorities(workflow));
  return { readded: jobs.map((job) => job.jobId), refused };
}
