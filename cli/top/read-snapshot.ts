import { type KnownConsumer, listForgotten } from '../../core/progress/consumer-registry.ts';
import { type ClaimedJobs, splitClaimed } from '../../core/waiting/claimed-jobs.ts';
import type { PutOff } from '../../core/waiting/put-off.ts';
import { OactError } from '../../core/errors.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { defaultLane } from '../../core/job/queue-names.ts';
import { countQueue } from '../../infra/redis/count-queue.ts';
import { listPutOff } from '../../infra/redis/list-put-off.ts';
import { listConsumers } from '../../infra/consumers/list-consumers.ts';
import { countByStatus, type StatusCounts } from '../../workflow/reports/count-by-status.ts';
import { measureRate, type Rate } from '../../workflow/reports/measure-rate.ts';
import { type LeftOutNote, readLeftOut } from '../../workflow/steering/left-out.ts';
import { type Pause, readPause } from '../../workflow/steering/pause.ts';
import { type AllocationState, readAllocationState } from '../../workflow/allocations/allocation-state.ts';
import { readServeLife, type ServeLife } from '../../workflow/steering/serve-life.ts';
import { type LatestFailure, listLatestFailures } from '../../workflow/reports/list-latest-failures.ts';
import { loadNames } from '../../workflow/names/load-names.ts';
import { parseJobId } from '../../core/job/payload.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { openRedis, type OpenRedis } from '../redis/open-redis.ts';

/** A campaign at one moment, as `oact top` shows it. */
export interface Snapshot {
  at: string;
  campaign: { id: string; directory: string };
  database: StatusCounts;
  rate: Rate;
  redis: { kind: string; url: string } | { error: string };
  /** null when Redis is down. */
  queue: { waiting: number; delayed: number; active: number; unsettled: number } | null;
  /** Where the records with the status `running` are; null when Redis is down. */
  claimed: ClaimedJobs | null;
  /** The first few jobs that are put off, with what they wait for. */
  putOff: PutOff[];
  /** Waiting records that no claim takes, as they were found last; null: none are known. */
  leftOut: LeftOutNote | null;
  /** Since when no job is given out; null: it is not paused. */
  paused: Pause | null;
  /** As the last look at the schedulers found them. */
  allocations: AllocationState;
  /** Whether the `oact serve` that leads lives, and where; null: none ever did. */
  serve: ServeLife | null;
  /** Those that run, drain or fell silent within a day, by node. */
  consumers: KnownConsumer[];
  /** Records that failed last, newest first. */
  failures: LatestFailure[];
  /** The chemist's own names of the records that run, by record id. */
  names: Record<string, string>;
}

type QueueShare = Pick<Snapshot, 'redis' | 'queue' | 'claimed' | 'putOff' | 'consumers'>;

/** Reads one snapshot after the other over one connection. */
export interface SnapshotReader {
  read(): Promise<Snapshot>;
  close(): void;
}

/** Of the records that failed last. */
const shownFailures = 20;

/** A Redis that accepts the connection and then says nothing must not stop the clock. */
const answerWithinMs = 3000;

export function createSnapshotReader(campaign: Campaign): SnapshotReader {
  let open: OpenRedis | undefined;
  const close = (): void => {
    open?.close();
    open = undefined;
  };
  const readQueue = async (claimed: number): Promise<QueueShare> => {
    try {
      open ??= await openRedis(campaign);
      return await withinTime(askQueue(open, campaign.config.campaign, claimed));
    } catch (error) {
      close();
      if (!(error instanceof OactError)) throw error;
      return { redis: { error: error.message }, queue: null, claimed: null, putOff: [], consumers: [] };
    }
  };
  return {
    read: async () => {
      const said = readDatabase(campaign);
      const seen = await readQueue(said.database.running);
      return { ...said, ...seen, names: readNames(campaign, seen.consumers) };
    },
    close,
  };
}

function readNames(campaign: Campaign, consumers: readonly KnownConsumer[]): Record<string, string> {
  const ids = consumers.flatMap(({ jobs }) => jobs.flatMap(({ jobId }) => parseJobId(jobId)?.recordId ?? []));
  if (ids.length === 0) return {};
  const workflow = openCampaignWorkflow(campaign, { readOnly: true, tries: 1 });
  try {
    return Object.fromEntries(loadNames(workflow, ids));
  } finally {
    workflow.close();
  }
}

function readDatabase(campaign: Campaign): Omit<Snapshot, keyof QueueShare | 'names'> {
  const now = new Date();
  const workflow = openCampaignWorkflow(campaign, { readOnly: true, tries: 1 });
  try {
    const database = countByStatus(workflow);
    const { maxFailCount } = campaign.config.job;
    return {
      at: now.toISOString(),
      campaign: { id: campaign.config.campaign, directory: campaign.dir },
      database,
      rate: measureRate(workflow, { now, maxFailCount, counts: database }),
      leftOut: database.to_run === 0 ? null : readLeftOut(workflow),
      failures: listLatestFailures(workflow, shownFailures),
      paused: readPause(workflow),
      serve: readServeLife(workflow, now),
      allocations: readAllocationState(workflow),
    };
  } finally {
    workflow.close();
  }
}

async function askQueue(
  { redis, address }: OpenRedis,
  campaignId: string,
  claimed: number,
): Promise<QueueShare> {
  const now = new Date();
  const [counts, { consumers }] = await Promise.all([
    countQueue(redis, campaignId),
    listConsumers(redis, campaignId, defaultLane, now),
  ]);
  const forgotten = new Set(listForgotten(consumers, now));
  return {
    redis: { kind: address.kind, url: address.url },
    queue: {
      waiting: counts.waiting,
      delayed: counts.delayed,
      active: counts.active,
      unsettled: counts.completed + counts.failed,
    },
    claimed: splitClaimed(claimed, counts),
    putOff: counts.delayed > 0 ? await listPutOff(redis, campaignId, 3) : [],
    consumers: consumers.filter(({ id, state }) => state !== 'ended' && !forgotten.has(id)),
  };
}

async function withinTime<T>(asking: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const words = `Redis does not answer within ${answerWithinMs / 1000} s`;
    timer = setTimeout(() => reject(new OactError('REDIS_UNREACHABLE', words)), answerWithinMs);
  });
  try {
    return await Promise.race([asking, late]);
  } finally {
    clearTimeout(timer);
    // Nobody waits for it any more; it fails when its connection is closed.
    asking.catch(() => undefined);
  }
}
