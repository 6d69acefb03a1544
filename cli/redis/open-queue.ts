import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { readServerRecord, type RedisRole } from '../../core/redis/campaign-redis.ts';
import { checkRedis } from '../../core/redis/check-redis.ts';
import { connectRedis } from '../../core/redis/connect-redis.ts';
import { type QueueConnection, toQueueConnection } from '../../core/redis/queue-connection.ts';
import { checkHome, homeKey } from '../../core/campaign-home.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import type { Logger } from '../../core/logger.ts';
import { createOutageLog, type OutageLog } from '../../core/redis/outage-log.ts';
import { defaultLane, queueNameOf, queuePrefix } from '../../core/job/queue-names.ts';
import type { RedisAddress } from '../../core/redis/redis-address.ts';
import { waitForRedis } from '../../core/redis/wait-for-redis.ts';
import { ensureSigningKey } from '../../core/payload-signature.ts';
import { signJobsOf } from '../../producer/add-jobs.ts';
import { ensureScripts } from '../../infra/redis/rights/load-scripts.ts';
import { findRedis } from '../../infra/redis/find-redis.ts';
import { watchRedis } from './watch-redis.ts';

/** The campaign's queue with a connection of its own beside it. */
export interface OpenQueue {
  address: RedisAddress;
  connection: QueueConnection;
  redis: Redis;
  queue: Queue;
  /** Knows whether Redis answers; whoever asks Redis tells it. */
  outage: OutageLog;
  /** Does not wait for a Redis that is away. */
  close(): Promise<void>;
}

/** @throws OactError REDIS_…: not found, unreachable, wrong password, version, role or eviction policy */
export async function openQueue(
  campaign: Campaign,
  role: RedisRole,
  log: Logger,
  options: { startPrivate?: boolean } = {},
): Promise<OpenQueue> {
  const { url, passwordFile } = campaign.config.redis;
  const signingKey = role === 'producer' ? ensureSigningKey(campaign.dir) : undefined;
  const inUse = await findRedis({
    campaignDir: campaign.dir,
    role,
    ...(url !== null && { url, passwordFile }),
    ...options,
  });
  try {
    const connection = toQueueConnection(inUse.address);
    const redis = await connectRedis(inUse.address, { name: `oact ${role}` });
    try {
      await checkRedis(redis);
      await claimQueue(redis, campaign, role);
      if (inUse.address.hasScripts === true && role === 'producer') await ensureScripts(redis, campaign.dir);
    } catch (error) {
      redis.disconnect();
      throw error;
    }
    const outage = createOutageLog(log, {
      away: 'Redis does not answer: running jobs continue, and their results are settled when Redis is back',
      back: 'Redis answers again',
    });
    const watch = watchRedis(redis, outage);
    const queue = new Queue(queueNameOf(defaultLane), {
      connection,
      prefix: queuePrefix(campaign.config.campaign),
      skipMetasUpdate: role === 'board',
    });
    // The connection beside it goes to the same server, and that one is watched.
    queue.on('error', () => undefined);
    if (signingKey) signJobsOf(queue, signingKey);
    const close = async (): Promise<void> => {
      watch.stop();
      // queue.close() says goodbye to Redis, and would wait for it.
      await queue.getBackend().close(true);
      redis.disconnect();
      await inUse.stop();
    };
    return { address: inUse.address, connection, redis, queue, outage, close };
  } catch (error) {
    await inUse.stop();
    throw error;
  }
}

/**
 * The same for a command that lives long: a Redis that is away is waited for, and so is one that `oact redis start`
 * started and that is gone (it crashed, or its node did). One that was stopped with `oact redis stop`, or never
 * started, is not: nobody would bring it.
 * @returns undefined when the signal ended the wait
 */
export function waitForQueue(
  campaign: Campaign,
  role: RedisRole,
  log: Logger,
  signal: AbortSignal,
): Promise<OpenQueue | undefined> {
  return waitForRedis(() => openQueue(campaign, role, log), {
    signal,
    log,
    timeoutSeconds: null,
    isAway: ({ code }) =>
      code === 'REDIS_UNREACHABLE' ||
      (code === 'REDIS_NOT_FOUND' && readServerRecord(campaign.dir) !== undefined),
  });
}

/**
 * Notes beside the queue whose it is, for consumers and for copies that were made before the database knew where it lies.
 * @throws OactError CAMPAIGN_COPIED
 */
async function claimQueue(redis: Redis, campaign: Campaign, role: RedisRole): Promise<void> {
  const key = homeKey(campaign.config.campaign);
  const home = checkHome(await redis.get(key), campaign.databasePath);
  if (home !== null && role === 'producer') await redis.set(key, home);
}
