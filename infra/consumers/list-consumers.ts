import type { Redis } from 'ioredis';
import { messageOf } from '../../core/errors.ts';
import {
  type ConsumerList,
  announcementsKey,
  drainRequestsKey,
  readRegistry,
  renderDrainRequest,
} from '../../core/progress/consumer-registry.ts';

/** The consumers of a lane as they announced themselves, by node. Reads only. */
export async function listConsumers(
  redis: Redis,
  campaignId: string,
  lane: string,
  now: Date,
): Promise<ConsumerList> {
  const [announcements, requests] = await Promise.all([
    readHash(redis, announcementsKey(campaignId, lane)),
    readHash(redis, drainRequestsKey(campaignId, lane)),
  ]);
  return readRegistry(announcements, requests, now);
}

/** Something else under that name was put there by hand; status and reconciler have better to do than to fail of it. */
async function readHash(redis: Redis, key: string): Promise<Record<string, string>> {
  try {
    return await redis.hgetall(key);
  } catch (error) {
    if (messageOf(error).startsWith('WRONGTYPE')) return {};
    throw error;
  }
}

/**
 * Asks consumers to drain; each hears of it with its next announcement. Asking again changes nothing.
 * @param request.why what is wrong with their node, which they then end with; left out: nothing is
 */
export async function requestDrain(
  redis: Redis,
  campaignId: string,
  lane: string,
  request: { ids: readonly string[]; now: Date; why?: string },
): Promise<void> {
  if (request.ids.length === 0) return;
  const fields = Object.fromEntries(request.ids.map((id) => [id, renderDrainRequest(request)]));
  await redis.hset(drainRequestsKey(campaignId, lane), fields);
}
