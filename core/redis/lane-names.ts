// Which lanes a campaign has: each has a queue of its own, and Redis itself says which there are.
import type { Redis } from 'ioredis';
import { defaultLane, queueNameOf, queuePrefix } from '../job/queue-names.ts';

/**
 * The hash with each lane that ever got a job. It lies beside the queue of the default lane, as all else that belongs to the campaign and
 * not to a lane: announcements, requests to drain, jobs to be cancelled.
 */
function lanesKey(campaignId: string): string {
  return `${queuePrefix(campaignId)}:${queueNameOf(defaultLane)}:lanes`;
}

/** Lanes with a queue, the default one first: reading, emptying or pausing the queue means each of them. */
export async function listLanes(redis: Pick<Redis, 'hgetall'>, campaignId: string): Promise<string[]> {
  const named = Object.keys(await redis.hgetall(lanesKey(campaignId)));
  return [defaultLane, ...named.filter((lane) => lane !== defaultLane).toSorted()];
}
