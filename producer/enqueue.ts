import type { Queue } from 'bullmq';
import type { JobPayload } from '../core/job/payload.ts';
import type { Skip } from '../core/waiting/left-out.ts';
import { defaultLane } from '../core/job/queue-names.ts';
import { claimJobs } from '../workflow/attempts/claim-jobs.ts';
import { listCandidateIds } from '../workflow/records/list-candidates.ts';
import { loadPriorities } from '../workflow/steering/load-priorities.ts';
import { recordBatch } from '../workflow/attempts/batches.ts';
import { settleJobs } from '../workflow/attempts/settle-jobs.ts';
import type { Workflow } from '../workflow/database/workflow.ts';
import { addJobs } from './add-jobs.ts';
import type { BatchOptions } from './batch-options.ts';
import { findTakenAttempt } from './audit/find-taken-attempt.ts';
import { buildJob, type JobPlan } from './plan-job.ts';
import { type ClaimedDirectory, prepareJobDirs } from './prepare-job-dirs.ts';
import { noteEmptyQueue } from './audit/note-empty-queue.ts';
import { selectJobs, type Selection } from './select-jobs.ts';

export interface EnqueueReport {
  /** Jobs that are on the queue now. */
  queued: number;
  /** Records settled as failed, because no calculation can be made of them or a marker blocks them. */
  refused: { recordId: number; /** Not in a dry run. */ attempt?: number; reason: string }[];
  /** Records left as they are, with the reason. */
  skipped: Skip[];
  /** What a chemist should know of inputs, each once. */
  doubts: { reason: string; records: number; example: number }[];
  /** Records that a stop signal left where they were: asked for, waiting to be run, and not looked at. 0: nothing stopped it. */
  left: number;
}

/** How long records will take, by id. */
export type ExpectTimes = (
  ids: readonly number[],
) => ReadonlyMap<number, NonNullable<JobPayload['expected']>>;

export interface EnqueueControl {
  onProgress?: (done: number) => void;
  signal?: AbortSignal;
  /** The batch that these jobs belong to, too, if its options are the same; by default they are one of their own. */
  batchId?: number | undefined;
  onBatch?: (batchId: number) => void;
  /** How long each of these records will take; those of which nobody knows are left out. */
  expect?: ExpectTimes | undefined;
}

/**
 * The claims are made in pages: each is one short transaction (0.1 to 0.2 s on a local disk), and its jobs are
 * added while the next is planned. Half the size costs a tenth of the speed when ids come in random order.
 */
const pageSize = 1000;

/**
 * Moves up to `selection.batchSize` records onto the queue: claim, resolve, add (steps 1 to 3 of a job's journey).
 * Interrupted at any point, the audit completes it: claims without a job in Redis are added again.
 */
export async function enqueue(
  workflow: Workflow,
  queue: Queue,
  selection: Selection,
  batch: BatchOptions,
  control: EnqueueControl = {},
): Promise<EnqueueReport> {
  const report: EnqueueReport = { queued: 0, refused: [], skipped: [], doubts: [], left: 0 };
  let batchId: number | undefined;
  let adding: Promise<void> = Promise.resolve();
  for (const page of selectJobs(workflow, selection, batch, pageSize, control.expect)) {
    if (control.signal?.aborted === true) break;
    for (const plan of page)
      if (plan.kind === 'skipped')
        report.skipped.push({ recordId: plan.recordId, cause: plan.cause, reason: plan.reason });
    const claimable = page.filter((plan) => plan.kind !== 'skipped');
    if (claimable.length === 0) continue;
    // Before the claim: what is claimed on a queue that is known may be added again at once.
    if (batchId === undefined) await noteEmptyQueue(queue, workflow, defaultLane);
    if (batchId === undefined) {
      batchId = recordBatch(workflow, batch, control.batchId);
      control.onBatch?.(batchId);
    }
    const claimed = claimPage(workflow, claimable, {
      batchId,
      batch,
      maxFailCount: selection.maxFailCount,
      report,
      expected: control.expect?.(claimable.map(({ recordId }) => recordId)),
    });
    await adding;
    adding = prepareJobDirs(batch.jobRoot, claimed).then(() =>
      add(
        queue,
        claimed.map(({ job }) => job),
        loadPriorities(workflow),
        report,
        control.onProgress,
      ),
    );
    // The rejection is met at the next await; without this it would count as unhandled until then.
    adding.catch(() => undefined);
  }
  await adding;
  if (control.signal?.aborted === true) report.left = countLeft(workflow, selection, report);
  return report;
}

/** Those that are filtered out by what only a look at the record tells are counted, too. */
function countLeft(workflow: Workflow, selection: Selection, { queued, refused }: EnqueueReport): number {
  const waiting = listCandidateIds(workflow, { order: 'id', ...(selection.ids && { ids: selection.ids }) });
  return Math.min(selection.batchSize - queued - refused.length, waiting.length);
}

async function add(
  queue: Queue,
  jobs: ReturnType<typeof buildJob>[],
  levels: ReadonlyMap<number, number>,
  report: EnqueueReport,
  onProgress?: (done: number) => void,
): Promise<void> {
  await addJobs(queue, jobs, levels);
  report.queued += jobs.length;
  onProgress?.(report.queued + report.refused.length);
}

interface PageContext {
  batchId: number;
  batch: BatchOptions;
  maxFailCount: number | null;
  report: EnqueueReport;
  expected: ReturnType<ExpectTimes> | undefined;
}

function claimPage(
  workflow: Workflow,
  plans: Exclude<JobPlan, { kind: 'skipped' }>[],
  { batchId, batch, maxFailCount, report, expected }: PageContext,
): (ClaimedDirectory & { job: ReturnType<typeof buildJob> })[] {
  const planOf = new Map(plans.map((plan) => [plan.recordId, plan]));
  const claims = claimJobs(workflow, {
    ids: [...planOf.keys()],
    batchId,
    takenAttempts: listTaken(plans, workflow.campaignId),
    jobDirs: new Map(plans.flatMap((plan) => (plan.kind === 'job' ? [[plan.recordId, plan.jobDir]] : []))),
    ...(maxFailCount !== null && { maxFailCount }),
  });
  const claimed: ReturnType<typeof claimPage> = [];
  const refused: { recordId: number; attempt: number; reason: string; failureClass: string }[] = [];
  for (const { recordId, attempt } of claims) {
    const plan = planOf.get(recordId);
    if (plan === undefined) continue;
    if (plan.kind === 'refused') {
      refused.push({ recordId, attempt, reason: plan.reason, failureClass: plan.class });
      continue;
    }
    noteDoubts(report, plan);
    const job = buildJob(plan, attempt, workflow.campaignId, batch, {
      expected: expected?.get(recordId) ?? null,
    });
    claimed.push({ job, jobDir: plan.jobDir, attempt });
  }
  settleRefused(workflow, refused);
  report.refused.push(...refused.map(({ recordId, attempt, reason }) => ({ recordId, attempt, reason })));
  return claimed;
}

function noteDoubts(
  { doubts }: EnqueueReport,
  { recordId, doubts: found }: Extract<JobPlan, { kind: 'job' }>,
): void {
  for (const reason of found) {
    const known = doubts.find((doubt) => doubt.reason === reason);
    if (known === undefined) doubts.push({ reason, records: 1, example: recordId });
    else known.records += 1;
  }
}

function listTaken(plans: JobPlan[], campaignId: string): Map<number, number> {
  const taken = new Map<number, number>();
  for (const plan of plans) {
    const attempt = plan.kind === 'job' ? findTakenAttempt(plan.jobDir, plan.recordId, campaignId) : 0;
    if (attempt > 0) taken.set(plan.recordId, attempt);
  }
  return taken;
}

/** Settled once, with the reason; ORCA did not run, so `fail_count` stays. */
export function settleRefused(
  workflow: Workflow,
  refused: readonly { recordId: number; attempt: number; reason: string; failureClass: string }[],
): void {
  settleJobs(
    workflow,
    refused.map(({ recordId, attempt, reason, failureClass }) => ({
      recordId,
      attempt,
      outcome: { kind: 'failed', class: failureClass, reason, retryable: false },
      result: null,
      countsAsFailure: false,
    })),
  );
}
