import type { Redis } from 'ioredis';
import { measureSkewMs } from '../../consumer/fitness/judge-node.ts';
import { readCampaignRedis } from '../../core/redis/campaign-redis.ts';
import { checkRedis } from '../../core/redis/check-redis.ts';
import { connectRedis } from '../../core/redis/connect-redis.ts';
import { OactError } from '../../core/errors.ts';
import { readExternalRedis } from '../../core/redis/external-redis.ts';
import { checkHome, homeKey } from '../../core/campaign-home.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import type { RedisAddress } from '../../core/redis/redis-address.ts';

/** The Redis that a consumer on this node works with, found fit, and how far this node's clock is ahead of its own. */
export interface RedisOfNode<Found = undefined> {
  address: RedisAddress;
  clockSkewMs: number;
  found: Found;
}

/**
 * Looks the address up anew each time: the server may come back elsewhere.
 * @param look asks the same connection something more
 * @throws OactError CAMPAIGN_COPIED, REDIS_…: not found, unreachable, wrong password, version, role or eviction policy
 */
export async function askRedisOfNode<Found = undefined>(
  campaign: Campaign,
  look?: (redis: Redis) => Promise<Found>,
): Promise<RedisOfNode<Found | undefined>> {
  const address = redisOfNode(campaign);
  const redis = await connectRedis(address, { name: 'oact consumer' });
  try {
    const askedAtMs = Date.now();
    const { clockMs } = await checkRedis(redis);
    const clockSkewMs = measureSkewMs(clockMs, askedAtMs, Date.now());
    checkHome(await redis.get(homeKey(campaign.config.campaign)), campaign.databasePath);
    return { address, clockSkewMs, found: await look?.(redis) };
  } finally {
    redis.disconnect();
  }
}

/** A compute node neither starts a server nor opens the database: it reads what the login node left for it. */
function redisOfNode(campaign: Campaign): RedisAddress {
  const address =
    readExternalRedis(campaign.config.redis, campaign.dir) ?? readCampaignRedis(campaign.dir, 'consumer');
  if (address) return address;
  throw new OactError('REDIS_NOT_FOUND', 'this campaign has no Redis', {
    hint: 'Run oact redis start --bind <address that the nodes reach> on the login node, or set OACT_REDIS_URL.',
  });
}
