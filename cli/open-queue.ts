import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { RedisRole } from '../core/campaign-redis.ts';
import { checkRedis } from '../core/check-redis.ts';
import { connectRedis, toRedisOptions } from '../core/connect-redis.ts';
import type { Campaign } from '../core/load-config.ts';
import { defaultLane, queueNameOf, queuePrefix } from '../core/queue-names.ts';
import type { RedisAddress } from '../core/redis-address.ts';
import { findRedis } from '../infra/find-redis.ts';

/** The campaign's queue with a connection of its own beside it. */
export interface OpenQueue {
  address: RedisAddress;
  connection: ReturnType<typeof toRedisOptions>;
  redis: Redis;
  queue: Queue;
  close(): Promise<void>;
}

/** @throws OactError REDIS_…: not found, unreachable, wrong password, version, role or eviction policy */
export async function openQueue(
  campaign: Campaign,
  role: RedisRole,
  options: { startPrivate?: boolean } = {},
): Promise<OpenQueue> {
  const { url } = campaign.config.redis;
  const inUse = await findRedis({
    campaignDir: campaign.dir,
    role,
    ...(url !== null && { url }),
    ...options,
  });
  try {
    const connection = toRedisOptions(inUse.address);
    const redis = await connectRedis(inUse.address, { name: `oact ${role}` });
    try {
      await checkRedis(redis);
    } catch (error) {
      redis.disconnect();
      throw error;
    }
    const queue = new Queue(queueNameOf(defaultLane), {
      connection,
      prefix: queuePrefix(campaign.config.campaign),
      skipMetasUpdate: role === 'board',
    });
    // ioredis reconnects by itself; what waits for an answer says so.
    queue.on('error', () => undefined);
    const close = async (): Promise<void> => {
      await queue.close();
      redis.disconnect();
      await inUse.stop();
    };
    return { address: inUse.address, connection, redis, queue, close };
  } catch (error) {
    await inUse.stop();
    throw error;
  }
}
