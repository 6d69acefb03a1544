/** The connections that BullMQ opens by itself: like all others, they send no script to a server that has them. */
import { createIORedisClient, RedisConnection } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { toRedisOptions } from './connect-redis.ts';
import { PreloadedRedis } from './preloaded-redis.ts';
import type { RedisAddress } from './redis-address.ts';

/** What a Queue or a Worker takes as `connection`. */
export type QueueConnection = ReturnType<typeof toQueueConnection>;

/** @param address of the campaign's own server, or of any other */
export function toQueueConnection(address: RedisAddress) {
  RedisConnection.clientFactory = openClient;
  return { ...toRedisOptions(address), hasScripts: address.hasScripts === true };
}

function openClient(options: RedisOptions): ReturnType<typeof createIORedisClient> {
  const hasScripts = 'hasScripts' in options && options.hasScripts === true;
  // Said again for the types of ioredis 6: it is the default.
  const typed = { ...options, replyMapping: 'legacy' } as const;
  return createIORedisClient(hasScripts ? new PreloadedRedis(typed) : new Redis(typed));
}
