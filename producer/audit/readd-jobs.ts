import type { Queue } from 'bullmq';
import type { OpenAttempt } from '../../workflow/attempts/list-open-attempts.ts';
import { loadBatch } from '../../workflow/attempts/batches.ts';
import { loadPriorities } from '../../workflow/steering/load-priorities.ts';
import { type JobRecord, loadRecords } from '../../workflow/records/load-records.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { addJobs } from '../add-jobs.ts';
import { batchOptionsSchema, type BatchOptions } from '../batch-options.ts';
import { type ExpectTimes, settleRefused } from '../enqueue.ts';
import { prepareJobDirs } from '../prepare-job-dirs.ts';
import { buildJob, type JobPlan, type LaneHints, planJob } from '../plan-job.ts';

/**
 * Puts jobs of open attempts on the queue, exactly as they were claimed: jobs that the queue has lost, and retries. A record that cannot be made into a job any more is
 * settled as failed; one that was deleted is left to the next audit, which closes its attempt.
 * @param expect how long their records will take
 * @param areNew they have just been claimed, so that no consumer can have begun them: their directories are prepared
 */
export async function readdJobs(
  workflow: Workflow,
  queue: Queue,
  lost: readonly OpenAttempt[],
  areNew = false,
  expect?: ExpectTimes,
): Promise<{ readded: string[]; refused: { jobId: string; reason: string }[] }> {
  if (lost.length === 0) return { readded: [], refused: [] };
  const ids = lost.map((attempt) => attempt.recordId);
  const records = new Map(loadRecords(workflow, ids).map((record) => [record.id, record]));
  const expected = expect?.(ids);
  const batches = new Map<number, BatchOptions>();
  const jobs = [];
  const dirs = [];
  const refused = [];
  for (const open of lost) {
    const { recordId, attempt, batchId, jobId } = open;
    const record = records.get(recordId);
    if (!record) continue;
    const batch = batches.get(batchId) ?? batchOptionsSchema.parse(loadBatch(workflow, batchId));
    batches.set(batchId, batch);
    const plan = planAgain(record, batch, {
      remedies: open.remedies,
      expectedSeconds: expected?.get(recordId)?.medianSeconds ?? null,
    });
    if (plan.kind === 'job') {
      jobs.push(
        buildJob(plan, attempt, workflow.campaignId, batch, {
          retry: open,
          expected: expected?.get(recordId) ?? null,
        }),
      );
      dirs.push({ jobRoot: batch.jobRoot, jobDir: plan.jobDir, attempt });
    } else
      refused.push({
        jobId,
        recordId,
        attempt,
        reason: plan.reason,
        failureClass: plan.kind === 'refused' ? plan.class : 'input_structure',
      });
  }
  settleRefused(workflow, refused);
  if (areNew)
    for (const jobRoot of new Set(dirs.map((dir) => dir.jobRoot)))
      await prepareJobDirs(
        jobRoot,
        dirs.filter((dir) => dir.jobRoot === jobRoot),
      );
  await addJobs(queue, jobs, loadPriorities(workflow));
  return { readded: jobs.map((job) => job.jobId), refused };
}

/** A prediction may have moved since the claim: what a lane took then is not left behind now. */
function planAgain(record: JobRecord, batch: BatchOptions, about: LaneHints): JobPlan {
  const plan = planJob(record, batch, about);
  const last = Object.keys(batch.lanes ?? {}).at(-1);
  if (plan.kind !== 'skipped' || plan.cause !== 'no_lane' || last === undefined) return plan;
  return planJob(record, { ...batch, lane: last }, about);
}
