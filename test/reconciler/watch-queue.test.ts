import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { queueNameOf, queuePrefix } from '../../core/job/queue-names.ts';
import { toRedisOptions } from '../../core/redis/connect-redis.ts';
import { watchQueue } from '../../reconciler/watch-queue.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
beforeAll(async () => void (server = await startTestRedis()));
afterAll(() => server.stop());

const never = new AbortController().signal;
/** Far beyond what a wake-up takes, and below the time limit of a test. */
const longestMs = 10_000;

function open(campaignId: string) {
  const connection = toRedisOptions(server.address);
  const redis = new Redis(connection);
  const queue = new Queue(queueNameOf('default'), { connection, prefix: queuePrefix(campaignId) });
  const watch = watchQueue(redis, campaignId);
  onTestFinished(async () => {
    watch.stop();
    await queue.close();
    redis.disconnect();
  });
  return { queue, watch };
}

it('wakes whoever waits as soon as something happens on the queue', async () => {
  const { queue, watch } = open('aaaa0001');
  const adding = setInterval(() => void queue.add('job', {}), 50);
  const startedAtMs = performance.now();
  await watch.next(longestMs, never);
  clearInterval(adding);
  expect(performance.now() - startedAtMs).toBeLessThan(longestMs);
});

it('lets nobody wait for longer than asked, nor after a stop signal', async () => {
  const { watch } = open('aaaa0003');
  const startedAtMs = performance.now();
  await watch.next(100, never);
  await watch.next(longestMs, AbortSignal.abort());
  await watch.next(longestMs, AbortSignal.timeout(100));
  expect(performance.now() - startedAtMs).toBeLessThan(longestMs);
  expect(performance.now() - startedAtMs).toBeGreaterThan(150);
});
