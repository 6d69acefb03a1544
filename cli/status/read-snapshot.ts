import { type KnownConsumer, listForgotten } from '../../core/job/consumer-registry.ts';
import { OactError } from '../../core/errors.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { defaultLane } from '../../core/job/queue-names.ts';
import { countQueue } from '../../infra/redis/count-queue.ts';
import { listConsumers } from '../../infra/consumers/list-consumers.ts';
import { countByStatus, type StatusCounts } from '../../workflow/reports/count-by-status.ts';
import { measureRate, type Rate } from '../../workflow/reports/measure-rate.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { openRedis, type OpenRedis } from '../campaign/open-redis.ts';

/** A campaign at one moment, as `oact top` shows it. */
export interface Snapshot {
  at: string;
  campaign: { id: string; directory: string };
  database: StatusCounts;
  rate: Rate;
  redis: { kind: string; url: string } | { error: string };
  /** null when Redis is away. */
  queue: { waiting: number; delayed: number; active: number; unsettled: number } | null;
  /** Those that run, drain or fell silent within a day, by node. */
  consumers: KnownConsumer[];
}

/** Reads one snapshot after the other over one connection. */
export interface SnapshotReader {
  read(): Promise<Snapshot>;
  close(): void;
}

/** A Redis that accepts the connection and then says nothing must not stop the clock. */
const answerWithinMs = 3000;

export function createSnapshotReader(campaign: Campaign): SnapshotReader {
  let open: OpenRedis | undefined;
  const close = (): void => {
    open?.close();
    open = undefined;
  };
  const readQueue = async (): Promise<Pick<Snapshot, 'redis' | 'queue' | 'consumers'>> => {
    try {
      open ??= await openRedis(campaign);
      return await withinTime(askQueue(open, campaign.config.campaign));
    } catch (error) {
      close();
      if (!(error instanceof OactError)) throw error;
      return { redis: { error: error.message }, queue: null, consumers: [] };
    }
  };
  return { read: async () => ({ ...readDatabase(campaign), ...(await readQueue()) }), close };
}

function readDatabase(campaign: Campaign): Pick<Snapshot, 'at' | 'campaign' | 'database' | 'rate'> {
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
    };
  } finally {
    workflow.close();
  }
}

async function askQueue(
  { redis, address }: OpenRedis,
  campaignId: string,
): Promise<Pick<Snapshot, 'redis' | 'queue' | 'consumers'>> {
  const now = new Date();
  const [counts, { consumers }] = await Promise.all([
    countQueue(redis, campaignId, defaultLane),
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
