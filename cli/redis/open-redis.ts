import { checkRedis } from '../../core/redis/check-redis.ts';
import { connectRedis } from '../../core/redis/connect-redis.ts';
import { checkHome, homeKey } from '../../core/campaign-home.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import type { RedisAddress } from '../../core/redis/redis-address.ts';
import { findRedis } from '../../infra/redis/find-redis.ts';

/** The campaign's Redis for a command that only looks: without BullMQ. */
export interface OpenRedis {
  address: RedisAddress;
  redis: Awaited<ReturnType<typeof connectRedis>>;
  /** Does not wait for a Redis that is away. */
  close(): void;
}

/** @throws OactError REDIS_…: not found, unreachable, wrong password, version, role or eviction policy */
export async function openRedis(campaign: Campaign): Promise<OpenRedis> {
  const { url, passwordFile } = campaign.config.redis;
  const { address } = await findRedis({
    campaignDir: campaign.dir,
    role: 'board',
    ...(url !== null && { url, passwordFile }),
  });
  const redis = await connectRedis(address, { name: 'oact board' });
  try {
    await checkRedis(redis);
    checkHome(await redis.get(homeKey(campaign.config.campaign)), campaign.databasePath);
  } catch (error) {
    redis.disconnect();
    throw error;
  }
  return { address, redis, close: () => redis.disconnect() };
}
