import { afterAll, beforeAll } from 'vitest';
import { startTestRedis, type TestRedis } from './redis.ts';

/** A Redis of its own for the tests of a file or of a `describe`: started before the first of them, gone after the last. */
export function useRedis(): TestRedis {
  let started: TestRedis | undefined;
  const running = (): TestRedis => {
    if (started === undefined) throw new Error('the Redis of these tests runs inside tests and hooks only');
    return started;
  };
  beforeAll(async () => {
    started = await startTestRedis();
  });
  afterAll(async () => started?.stop());
  return {
    get kind() {
      return running().kind;
    },
    get address() {
      return running().address;
    },
    stop: () => running().stop(),
  };
}
