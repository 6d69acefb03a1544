import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { connectRedis } from '../../core/redis/connect-redis.ts';
import { OactError } from '../../core/errors.ts';
import type { RedisAddress } from '../../core/redis/redis-address.ts';

/** A server reads its whole append-only file before it answers: 1 GB in about 10 s. */
const startMs = 60_000;

/**
 * A connection to a server that is just starting, as soon as it answers to its password.
 * @param hasExited tells that the server gave up, so that nobody waits for it
 * @throws OactError REDIS_START_FAILED, REDIS_UNTRUSTED
 */
export async function waitUntilAnswers(address: RedisAddress, hasExited: () => boolean): Promise<Redis> {
  const deadline = performance.now() + startMs;
  let lastError: unknown;
  while (!hasExited() && performance.now() < deadline) {
    try {
      return await connectRedis(address, { reconnect: false });
    } catch (error) {
      // It answers; waiting makes nobody trust it.
      if (error instanceof OactError && error.code === 'REDIS_UNTRUSTED') throw error;
      lastError = error;
      await delay(20);
    }
  }
  const reason = lastError instanceof Error ? lastError.message : 'it ended at once';
  throw new OactError('REDIS_START_FAILED', `the ${address.kind} did not start: ${reason}`, {
    cause: lastError,
  });
}
