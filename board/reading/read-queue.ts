import type { KnownConsumer } from '../../core/progress/consumer-registry.ts';
import { messageOf } from '../../core/errors.ts';
import type { PutOff } from '../../core/waiting/put-off.ts';
import { countQueue } from '../../infra/redis/count-queue.ts';
import { listPutOff } from '../../infra/redis/list-put-off.ts';
import { listConsumers } from '../../infra/consumers/list-consumers.ts';
import type { CampaignSource } from './campaign-source.ts';
import { readRedisHealth, type RedisHealth } from './read-redis-health.ts';

/** What Redis says of a campaign at this moment. */
export interface QueueView {
  waiting: number;
  active: number;
  /** Wait after a fault, or for a node with more walltime. */
  delayed: number;
  /** Finished, and not in the database yet. */
  unsettled: number;
  /** The first few jobs that are put off, with what they wait for. */
  putOff: PutOff[];
  consumers: KnownConsumer[];
  /** Of consumers of another version of oact. */
  unreadable: number;
  redis: RedisHealth;
}

/** A queue that cannot be read, and why. */
export interface QueueTrouble {
  error: string;
}

/** Health changes slowly, and INFO is the dearest of the questions. */
const healthMs = 10_000;
/** Many pages that are opened at once, and the look of their stream, share one answer. */
const freshMs = 1000;
/** ioredis waits for a Redis that is away; a page does not. */
const patienceMs = 2500;

/** A reader that asks Redis once for all who ask it within a second. */
export function createQueueReader(source: CampaignSource): () => Promise<QueueView | QueueTrouble> {
  let health: { readMs: number; value: RedisHealth } | undefined;
  let last: { readMs: number; value: Promise<QueueView | QueueTrouble> } | undefined;

  const read = async (): Promise<QueueView | QueueTrouble> => {
    if (!source.broker) return { error: 'this campaign has no Redis: start one with oact redis start' };
    const { redis } = source.broker;
    if (!health || Date.now() - health.readMs > healthMs)
      health = { readMs: Date.now(), value: await readRedisHealth(redis) };
    const [counts, registry] = await Promise.all([
      countQueue(redis, source.campaignId),
      listConsumers(redis, source.campaignId, source.lane, new Date()),
    ]);
    return {
      waiting: counts.waiting,
      active: counts.active,
      delayed: counts.delayed,
      unsettled: counts.completed + counts.failed,
      putOff: counts.delayed > 0 ? await listPutOff(redis, source.campaignId, 3) : [],
      ...registry,
      redis: health.value,
    };
  };
  return () => {
    if (!last || Date.now() - last.readMs > freshMs) {
      const value = withPatience(read()).catch((error: unknown) => ({ error: messageOf(error) }));
      last = { readMs: Date.now(), value };
    }
    return last.value;
  };
}

async function withPatience<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Redis does not answer')), patienceMs);
  });
  // Whichever comes second is nobody's business any more.
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
