import type { Queue } from 'bullmq';
import type { JobPayload } from '../core/job/payload.ts';
import type { LeftOut, Skip } from '../core/waiting/left-out.ts';
import { defaultLane } from '../core/job/queue-names.ts';
import { claimJobs } from '../workflow/attempts/claim-jobs.ts';
import { countWaiting } from '../workflow/records/count-waiting.ts';
import { loadPriorities } from '../workflow/steering/load-priorities.ts';
import { recordBatch } from '../workflow/attempts/batches.ts';
import { settleJobs } from '../workflow/attempts/settle-jobs.ts';
import type { Workflow } from '../workflow/database/workflow.ts';
import { addJobs } from './add-jobs.ts';
import type { BatchOptions } from './batch-options.ts';
import { findTakenAttempt } from './audit/find-taken-attempt.ts';
import { buildJob } from './plan-job.ts';
import { type ClaimedDirectory, prepareJobDirs } from './prepare-job-dirs.ts';
import { noteEmptyQueue } from './audit/note-empty-queue.ts';
import { type Claimable, selectJobs } from './select-jobs.ts';
import type { Selection } from './supply/selection.ts';
import { createSupply, type Supply } from './supply/create-supply.ts';

export interface EnqueueReport {
  /** Jobs that are on the queue now. */
  queued: number;
  /** Records settled as failed, because no calculation can be made of them or a marker blocks them. */
  refused: { recordId: number; /** Not in a dry run. */ attempt?: number; reason: string }[];
  /** The first thousand of the records that wait and are left as they are, each with its reason. */
  skipped: readonly Skip[];
  /** All of them, by cause: those of the supply since its last look through all that waits. */
  leftOut: LeftOut[];
  /** What a chemist should know of inputs, each once. */
  doubts: { reason: string; records: number; example: number }[];
  /** Records that a stop signal left where they were: asked for, waiting to be run, and not looked at. 0: nothing stopped it. */
  left: number;
  /** Whether the time was over before the batch was full. */
  isCut?: boolean;
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
  /** Kept from call to call by a loop: without it, each call looks through all that waits. */
  supply?: Supply | undefined;
  /** No page is begun after so many ms, so that a loop can do something else; default: no limit. */
  forMs?: number;
  /** Records of one transaction. */
  pageSize?: number;
}

/**
 * The claims are made in pages: each is one short transaction (0.1 to 0.2 s on a local disk), and its jobs are
 * added while the next is planned. Half the size costs a tenth of the speed when ids come in random order.
 */
const usualPage = 1000;

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
  const report: EnqueueReport = {
    queued: 0,
    refused: [],
    skipped: [],
    leftOut: [],
    doubts: [],
    left: 0,
  };
  const {
    supply = createSupply(workflow, selection),
    signal,
    pageSize = usualPage,
    forMs = Infinity,
  } = control;
  const startedAtMs = performance.now();
  let batchId: number | undefined;
  let adding: Promise<void> = Promise.resolve();
  let isWhole = false;
  try {
    for await (const claimable of selectJobs(workflow, selection, batch, {
      pageSize,
      supply,
      signal,
      expect: control.expect,
    })) {
      if (signal?.aborted === true) break;
      if (claimable.length > 0) {
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
      if (performance.now() - startedAtMs < forMs) continue;
      report.isCut = true;
      break;
    }
    await adding;
    isWhole = signal?.aborted !== true;
  } finally {
    // Others were taken from it that are not claimed, or claimed and not added.
    if (!isWhole) supply.forget();
  }
  report.leftOut = supply.leftOut();
  report.skipped = supply.skipped();
  if (signal?.aborted === true) report.left = countLeft(workflow, selection, report);
  return report;
}

/** Those that are filtered out by what only a look at the record tells are counted, too. */
function countLeft(workflow: Workflow, selection: Selection, { queued, refused }: EnqueueReport): number {
  return Math.min(selection.batchSize - queued - refused.length, countWaiting(workflow, selection.ids));
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
  plans: Claimable[],
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
  { recordId, doubts: found }: Extract<Claimable, { kind: 'job' }>,
): void {
  for (const reason of found) {
    const known = doubts.find((doubt) => doubt.reason === reason);
    if (known === undefined) doubts.push({ reason, records: 1, example: recordId });
    else known.records += 1;
  }
}

function listTaken(plans: Claimable[], campaignId: string): Map<number, number> {
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
