import type { Redis } from 'ioredis';
import { drainRequestsKey } from '../../core/job/consumer-registry.ts';

/** Asks consumers to drain; each hears of it with its next announcement. Asking again changes nothing. */
export async function requestDrain(
  redis: Redis,
  campaignId: string,
  lane: string,
  request: { ids: readonly string[]; now: Date },
): Promise<void> {
  if (request.ids.length === 0) return;
  const fields = Object.fromEntries(request.ids.map((id) => [id, request.now.toISOString()]));
  await redis.hset(drainRequestsKey(campaignId, lane), fields);
}
