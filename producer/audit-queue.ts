import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { queueNameOf, queuePrefix } from '../core/queue-names.ts';
import { listOpenAttempts, type OpenAttempt } from '../workflow/list-open-attempts.ts';
import { loadBatch } from '../workflow/load-batch.ts';
import { loadRecords } from '../workflow/load-records.ts';
import { whichAreOpen } from '../workflow/which-are-open.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { addJobs } from './add-jobs.ts';
import { batchOptionsSchema, type BatchOptions } from './batch-options.ts';
import { settleRefused } from './enqueue.ts';
import { buildJob, planJob } from './plan-job.ts';

export interface AuditReport {
  checked: number;
  /** Attempts that Redis did not know and that are on the queue again. */
  readded: number;
  /** Lost attempts whose record cannot be made into a job any more: settled as failed. */
  refused: number;
}

const pageSize = 500;

/**
 * Adds again every open attempt that Redis does not know: a producer that died between claim and add, a Redis
 * that came back empty. Results that were finished meanwhile are found on disk by the consumer that fetches the job.
 */
export async function auditQueue(
  workflow: Workflow,
  queue: Queue,
  redis: Redis,
  lane: string,
): Promise<AuditReport> {
  const report: AuditReport = { checked: 0, readded: 0, refused: 0 };
  let after: OpenAttempt | undefined;
  for (;;) {
    const page = listOpenAttempts(workflow, { after, limit: pageSize });
    if (page.length === 0) return report;
    after = page.at(-1);
    report.checked += page.length;
    const missing = await findMissing(redis, workflow.campaignId, lane, page);
    if (missing.length === 0) continue;
    // A job is removed from Redis only after its attempt was closed, so an attempt that is open *now* is truly missing.
    const stillOpen = whichAreOpen(
      workflow,
      missing.map((attempt) => attempt.jobId),
    );
    await readd(
      workflow,
      queue,
      missing.filter((attempt) => stillOpen.has(attempt.jobId)),
      report,
    );
  }
}

async function findMissing(
  redis: Redis,
  campaignId: string,
  lane: string,
  page: OpenAttempt[],
): Promise<OpenAttempt[]> {
  const pipeline = redis.pipeline();
  for (const { jobId } of page) pipeline.exists(`${queuePrefix(campaignId)}:${queueNameOf(lane)}:${jobId}`);
  const replies = (await pipeline.exec()) ?? [];
  return page.filter((_, index) => {
    const [error, count] = replies[index] ?? [new Error('no reply'), 1];
    if (error) throw error;
    return count === 0;
  });
}

async function readd(
  workflow: Workflow,
  queue: Queue,
  missing: OpenAttempt[],
  report: AuditReport,
): Promise<void> {
  const records = new Map(
    loadRecords(
      workflow,
      missing.map((attempt) => attempt.recordId),
    ).map((record) => [record.id, record]),
  );
  const batches = new Map<number, BatchOptions>();
  const jobs = [];
  for (const { recordId, attempt, batchId } of missing) {
    const record = records.get(recordId);
    const batch = batches.get(batchId) ?? batchOptionsSchema.parse(loadBatch(workflow, batchId));
    batches.set(batchId, batch);
    const plan = record ? planJob(record, batch) : undefined;
    if (plan?.kind === 'job') {
      jobs.push(buildJob(plan, attempt, workflow.campaignId, batch));
      continue;
    }
    const reason = plan?.reason ?? 'the record was deleted';
    settleRefused(workflow, [{ recordId, attempt, reason, failureClass: 'input_structure' }]);
    report.refused += 1;
  }
  await addJobs(queue, jobs);
  report.readded += jobs.length;
}
