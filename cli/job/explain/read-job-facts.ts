import { type KnownConsumer, secondsSince } from '../../../core/progress/consumer-registry.ts';
import { OactError } from '../../../core/errors.ts';
import { parseHistory } from '../../../core/job/job-history.ts';
import type { Campaign } from '../../../core/config/load-config.ts';
import { createLogger } from '../../../core/logger.ts';
import { findJobQueue } from '../../../core/redis/lane-queues.ts';
import { defaultLane } from '../../../core/job/queue-names.ts';
import { listConsumers } from '../../../infra/consumers/list-consumers.ts';
import type { JobPlan } from '../../../producer/plan-job.ts';
import { planWaiting } from '../../../producer/select-jobs.ts';
import { readMarker } from '../../../producer/read-marker.ts';
import { listCancelRequests } from '../../../workflow/steering/list-cancel-requests.ts';
import { readPause } from '../../../workflow/steering/pause.ts';
import { findSharedOrigIndexes } from '../../../workflow/records/find-shared-orig-indexes.ts';
import { loadRecords } from '../../../workflow/records/load-records.ts';
import type { RecordView } from '../../../workflow/lookup/show-record.ts';
import { findStoppedBatch } from '../../../workflow/attempts/batches.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { openCampaignTimes } from '../../predict/campaign-times.ts';
import { expectOf } from '../../predict/use-times.ts';
import { batchFromFlags } from '../../enqueue/batch-from-flags.ts';
import { describeRunLock } from '../../campaign/hold-run-lock.ts';
import type { ConsumerFacts, JobFacts, QueuedFacts } from './job-facts.ts';
import { openQueue, type OpenQueue } from '../../redis/open-queue.ts';
import { findJobDir } from '../read-record.ts';
import { listRunning } from '../../status/summarize-running.ts';

/** Gathers what is known of a record in the database, in its directory and, for an open attempt, in the queue. Writes nothing. */
export async function readJobFacts(
  campaign: Campaign,
  workflow: Workflow,
  record: RecordView,
): Promise<JobFacts> {
  const jobDir = findJobDir(campaign, record);
  const newest = record.attempts.at(-1);
  const open = record.attempts.find(({ settledAt }) => settledAt === null);
  const plan = planNext(campaign, workflow, record);
  const queued = open === undefined ? null : await readQueued(campaign, open.jobId);
  return {
    record,
    marker: (jobDir === null ? undefined : readMarker(jobDir)) ?? null,
    maxFailCount: campaign.config.job.maxFailCount,
    unfit: plan === undefined || plan.kind === 'job' ? null : { kind: plan.kind, reason: plan.reason },
    lane: laneOf(campaign, plan, queued),
    stopped: newest?.outcome === 'released' ? (findStoppedBatch(workflow, newest.batchId) ?? null) : null,
    pause: readPause(workflow),
    cancelReason: findCancelReason(workflow, open?.jobId),
    queued,
    busy: describeRunLock(campaign.dir),
  };
}

/** By the rules of the next claim, with the campaign's own settings. */
function planNext(
  campaign: Campaign,
  workflow: Workflow,
  { id, status, origIndex }: RecordView,
): JobPlan | undefined {
  if (status !== 'to_run' && status !== 'ready') return undefined;
  const [row] = loadRecords(workflow, [id]);
  if (row === undefined) return undefined;
  const batch = batchFromFlags({}, campaign);
  const shared = batch.jobDirPattern.includes('{id}')
    ? new Set<number>()
    : findSharedOrigIndexes(workflow, origIndex === null ? [] : [origIndex]);
  // Fail cap and filters have their own words, or none.
  const expected =
    batch.lanes === undefined
      ? undefined
      : expectOf(openCampaignTimes(workflow, batch.recipe))?.([id]).get(id);
  const rules = { maxFailCount: null, minAtoms: null, maxAtoms: null };
  return planWaiting(row, rules, batch, shared, expected?.medianSeconds ?? null);
}

function laneOf(
  { config: { lanes } }: Campaign,
  plan: JobPlan | undefined,
  queued: JobFacts['queued'],
): JobFacts['lane'] {
  const queuedIn = queued !== null && 'lane' in queued ? queued.lane : undefined;
  const name = plan?.kind === 'job' ? plan.lane : queuedIn;
  if (name === undefined || (name === defaultLane && Object.keys(lanes).length === 0)) return undefined;
  return { name, why: plan?.kind === 'job' ? plan.laneWhy : null, cores: lanes[name]?.cores ?? null };
}

function findCancelReason(workflow: Workflow, jobId: string | undefined): string | null {
  if (jobId === undefined) return null;
  return listCancelRequests(workflow).find((request) => request.jobId === jobId)?.reason ?? null;
}

async function readQueued(campaign: Campaign, jobId: string): Promise<QueuedFacts | { error: string }> {
  try {
    const open = await openQueue(campaign, 'board', createLogger());
    try {
      return await askQueue(open, campaign.config.campaign, jobId);
    } finally {
      await open.close();
    }
  } catch (error) {
    if (!(error instanceof OactError)) throw error;
    return { error: error.message };
  }
}

async function askQueue(open: OpenQueue, campaignId: string, jobId: string): Promise<QueuedFacts> {
  const queue = (await findJobQueue(open.queue, jobId)) ?? open.queue;
  const { redis } = open;
  const now = new Date();
  const [job, isPaused, { consumers }] = await Promise.all([
    queue.getJob(jobId),
    queue.isPaused(),
    listConsumers(redis, campaignId, defaultLane, now),
  ]);
  const state = job ? await job.getState() : 'unknown';
  const { node, lastFault, handedBack, faults } = parseHistory(job?.progress);
  return {
    jobId,
    state,
    isPaused,
    lane: queue.name,
    ahead: await countAhead({ queue, redis }, jobId),
    delayedUntil: state === 'delayed' ? await readDelay({ queue, redis }, jobId) : null,
    lastFault,
    lastNode: node,
    counts: { starts: job?.attemptsStarted ?? 0, lost: job?.stalledCounter ?? 0, handedBack, faults },
    timeRequestSeconds: Number(job?.data?.timeRequestSeconds ?? 0) || 0,
    running: state === 'active' && job ? describeRun(job, node, consumers) : null,
    consumers: consumers.map((one) => toFacts(one, now)).filter((one) => one !== undefined),
  };
}

type QueueJob = NonNullable<Awaited<ReturnType<OpenQueue['queue']['getJob']>>>;

/** Jobs are taken from the end of the list; those with a priority come after all of it. */
async function countAhead(
  { queue, redis }: Pick<OpenQueue, 'queue' | 'redis'>,
  jobId: string,
): Promise<number | null> {
  const waiting = queue.toKey('wait');
  const [length, place, rank] = await Promise.all([
    redis.llen(waiting),
    redis.lpos(waiting, jobId),
    redis.zrank(queue.toKey('prioritized'), jobId),
  ]);
  if (place !== null) return length - 1 - place;
  return rank === null ? null : length + rank;
}

/** BullMQ keeps the time, ms, times 4,096, so that jobs of one moment have an order. */
async function readDelay(
  { queue, redis }: Pick<OpenQueue, 'queue' | 'redis'>,
  jobId: string,
): Promise<string | null> {
  const score = await redis.zscore(queue.toKey('delayed'), jobId);
  return score === null ? null : new Date(Math.floor(Number(score) / 4096)).toISOString();
}

function describeRun(
  job: QueueJob,
  lastNode: string | null,
  consumers: readonly KnownConsumer[],
): QueuedFacts['running'] {
  const said = listRunning(consumers).find(({ jobId }) => jobId === job.id);
  const node = said?.node ?? job.processedBy ?? lastNode;
  if (node === null) return null;
  const since = job.processedOn === undefined ? null : new Date(job.processedOn).toISOString();
  const holders = consumers.filter(({ jobs }) => jobs.some(({ jobId }) => jobId === job.id));
  return {
    node,
    slot: said?.slot ?? null,
    since,
    progress: said?.progress ?? null,
    isSilent: holders.length > 0 && holders.every(({ state }) => state === 'silent' || state === 'ended'),
  };
}

function toFacts({ state, node, slots, busy, endsAt }: KnownConsumer, now: Date): ConsumerFacts | undefined {
  if (state === 'ended') return undefined;
  return { node, state, slots, busy, secondsLeft: endsAt === null ? null : -secondsSince(endsAt, now) };
}
