import type { Redis } from 'ioredis';
import { listLanes } from '../../core/redis/lane-names.ts';
import { queueNameOf, queuePrefix } from '../../core/job/queue-names.ts';

/** How many jobs of a lane are in which state. */
export interface QueueCounts {
  /** Of those that wait, also behind others' priority or on a paused queue. */
  waiting: number;
  /** After a fault of ours. */
  delayed: number;
  active: number;
  completed: number;
  failed: number;
}

/** Asks Redis itself: loading BullMQ takes a fifth of a second, which a user at a terminal notices. Facts: BullMQ 6.7. */
async function countLane(redis: Redis, campaignId: string, lane: string): Promise<QueueCounts> {
  const key = (state: string): string => `${queuePrefix(campaignId)}:${queueNameOf(lane)}:${state}`;
  const [wait, paused, active, prioritized, delayed, completed, failed] = await Promise.all([
    ...['wait', 'paused', 'active'].map((state) => redis.llen(key(state))),
    ...['prioritized', 'delayed', 'completed', 'failed'].map((state) => redis.zcard(key(state))),
  ]);
  return {
    waiting: (wait ?? 0) + (paused ?? 0) + (prioritized ?? 0),
    delayed: delayed ?? 0,
    active: active ?? 0,
    completed: completed ?? 0,
    failed: failed ?? 0,
  };
}

/** The jobs of all lanes. */
export async function countQueue(redis: Redis, campaignId: string): Promise<QueueCounts> {
  return sumCounts(await countLanes(redis, campaignId));
}

export function sumCounts(lanes: readonly QueueCounts[]): QueueCounts {
  const sum = { waiting: 0, delayed: 0, active: 0, completed: 0, failed: 0 };
  for (const counts of lanes)
    for (const state of ['waiting', 'delayed', 'active', 'completed', 'failed'] as const)
      sum[state] += counts[state];
  return sum;
}

/** The jobs of each lane, the default one first. */
export async function countLanes(
  redis: Redis,
  campaignId: string,
): Promise<(QueueCounts & { lane: string })[]> {
  const lanes = await listLanes(redis, campaignId);
  return Promise.all(lanes.map(async (lane) => ({ lane, ...(await countLane(redis, campaignId, lane)) })));
}
