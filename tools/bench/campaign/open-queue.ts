import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { connectRedis, toRedisOptions } from '../../../core/redis/connect-redis.ts';
import { defaultLane, queueNameOf, queuePrefix } from '../../../core/job/queue-names.ts';
import type { BenchContext } from '../bench-context.ts';

export interface BenchQueue {
  queue: Queue;
  redis: Redis;
  close: () => Promise<void>;
}

/** The queue of a campaign, empty: what an earlier benchmark left on the server is gone. */
export async function openQueue(
  context: { redis: Pick<BenchContext['redis'], 'address'> },
  campaignId: string,
): Promise<BenchQueue> {
  const { address } = context.redis;
  const redis = await connectRedis(address);
  await redis.flushdb();
  const queue = new Queue(queueNameOf(defaultLane), {
    connection: toRedisOptions(address),
    prefix: queuePrefix(campaignId),
  });
  await queue.waitUntilReady();
  return {
    queue,
    redis,
    close: async () => {
      await queue.close();
      redis.disconnect();
    },
  };
}
