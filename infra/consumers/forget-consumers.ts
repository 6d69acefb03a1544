import type { Redis } from 'ioredis';
import { announcementsKey, drainRequestsKey, listForgotten } from '../../core/progress/consumer-registry.ts';
import { listConsumers } from './list-consumers.ts';

/**
 * Takes consumers that ended or vanished a day ago off the list, and requests to drain that nobody will hear.
 * @returns how many consumers were forgotten
 */
export async function forgetConsumers(
  redis: Redis,
  campaignId: string,
  lane: string,
  now: Date,
): Promise<number> {
  const { consumers } = await listConsumers(redis, campaignId, lane, now);
  const forgotten = listForgotten(consumers, now);
  const over = consumers.filter(
    ({ state, drainRequestedAt }) => state === 'ended' && drainRequestedAt !== null,
  );
  const requests = new Set([...forgotten, ...over.map(({ id }) => id)]);
  if (requests.size > 0) await redis.hdel(drainRequestsKey(campaignId, lane), ...requests);
  if (forgotten.length > 0) await redis.hdel(announcementsKey(campaignId, lane), ...forgotten);
  return forgotten.length;
}
