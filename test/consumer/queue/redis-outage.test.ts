import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import type { RedisAddress } from '../../../core/redis/redis-address.ts';
import { useRedis } from '../../support/use-redis.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { isAlive } from '../programs.ts';
import { letOrcaEnd, makeTestCampaign, slotsOfOneCore, startConsumer } from '../start-consumer.ts';

const redis = useRedis();

/** The consumer's way to Redis, which can be cut; the test itself stays connected. */
interface Way {
  address: RedisAddress;
  cut(): Promise<void>;
  mend(): Promise<void>;
}

let way: Way;
beforeEach(async () => {
  const { hostname, port } = new URL(redis.address.url);
  const target = { host: hostname, port: Number(port) };
  let proxy: TcpProxy | undefined = await startTcpProxy({ target });
  const near = proxy.port;
  const cut = async (): Promise<void> => {
    await proxy?.stop();
    proxy = undefined;
  };
  onTestFinished(cut);
  way = {
    address: { ...redis.address, url: `redis://127.0.0.1:${near}/0` },
    cut,
    mend: async () => {
      proxy = await startTcpProxy({ target, port: near });
    },
  };
});

const resultPath = (jobDir: string): string => join(jobDir, 'attempt-1', 'result.json');

describe('Redis away while ORCA runs', () => {
  it('loses nothing: the job goes on, its result is on disk at once and answered when Redis is back', async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add();
    const consumer = startConsumer(way.address, campaign, 'orca-waiting', { idleTimeoutSeconds: 2 });
    await consumer.logged('job started');
    await way.cut();
    letOrcaEnd(campaign.jobDir());
    await expect.poll(() => existsSync(resultPath(campaign.jobDir())), { timeout: 5000 }).toBe(true);
    expect(await campaign.stateOf()).toBe('active');

    await way.mend();
    await expect.poll(() => campaign.stateOf(), { timeout: 10_000 }).toBe('completed');
    expect(await campaign.job()).toMatchObject({ attemptsStarted: 1, stalledCounter: 0 });
    expect((await consumer.report).endings).toEqual({ completed: 1 });
  });

  it('and silent instead of gone: the same', async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add();
    const consumer = startConsumer(redis.address, campaign, 'orca-waiting');
    await consumer.logged('job started');
    const admin = await connectRedis(redis.address);
    onTestFinished(() => admin.disconnect());
    await admin.client('PAUSE', 2000, 'ALL');
    letOrcaEnd(campaign.jobDir());
    await expect.poll(() => existsSync(resultPath(campaign.jobDir())), { timeout: 1500 }).toBe(true);
    expect((await consumer.report).endings).toEqual({ completed: 1 });
    expect(await campaign.stateOf()).toBe('completed');
    expect((await campaign.job()).attemptsStarted).toBe(1);
  });

  it('longer than the lock lasts: ORCA is stopped before another consumer can start it', async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add();
    const consumer = startConsumer(way.address, campaign, 'orca-ranks', {
      locks: { lockSeconds: 4, renewSeconds: 0.5 },
      idleTimeoutSeconds: null,
      slots: slotsOfOneCore(1),
    });
    await consumer.logged('job started');
    await way.cut();
    const cutAtMs = Date.now();
    await consumer.logged('lock lost: ORCA is stopped');
    expect(Date.now() - cutAtMs).toBeLessThan(4000);
    expect(existsSync(resultPath(campaign.jobDir()))).toBe(false);
    await way.mend();
    consumer.drain.abort();
    expect((await consumer.report).endings).toEqual({ fenced: 1 });
    expect(await campaign.stateOf()).toBe('active');
  });

  it('and a second signal: the consumer ends without an answer, no ORCA left', async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add();
    const consumer = startConsumer(way.address, campaign, 'orca-ranks');
    const ids = await campaign.idsOfRun();
    await way.cut();
    consumer.drain.abort();
    consumer.force.abort();
    const forcedAtMs = Date.now();
    expect((await consumer.report).reason).toBe('drained');
    expect(Date.now() - forcedAtMs).toBeLessThan(15_000);
    expect(ids.filter(isAlive)).toEqual([]);
    expect(await campaign.stateOf()).toBe('active');
  });
});

describe('Redis away while the consumer waits for a job', () => {
  it('is told once; the next job runs when Redis is back', async () => {
    const campaign = makeTestCampaign(redis.address);
    const consumer = startConsumer(way.address, campaign, 'orca-good', { idleTimeoutSeconds: null });
    await expect.poll(() => campaign.queue.getWorkersCount(), { timeout: 5000 }).toBe(1);
    await way.cut();
    await campaign.add();
    await consumer.logged(/Redis does not answer/);
    await way.mend();
    await expect.poll(() => campaign.stateOf(), { timeout: 15_000 }).toBe('completed');
    expect(consumer.log.filter((line) => /Redis does not answer/.test(String(line['msg'])))).toHaveLength(1);
    consumer.drain.abort();
    expect((await consumer.report).endings).toEqual({ completed: 1 });
  });

  it('gives the node back when it takes longer than the idle timeout', async () => {
    const campaign = makeTestCampaign(redis.address);
    const consumer = startConsumer(way.address, campaign, 'orca-good', { idleTimeoutSeconds: 3 });
    await expect.poll(() => campaign.queue.getWorkersCount(), { timeout: 5000 }).toBe(1);
    await way.cut();
    expect(await consumer.report).toMatchObject({
      reason: 'no_redis',
      endings: {},
      why: expect.stringMatching(/Redis|ECONN|connect/i),
    });
  }, 60_000);

  it('does not hold up a drain', async () => {
    const campaign = makeTestCampaign(redis.address);
    const consumer = startConsumer(way.address, campaign, 'orca-good', { idleTimeoutSeconds: null });
    await expect.poll(() => campaign.queue.getWorkersCount(), { timeout: 5000 }).toBe(1);
    await way.cut();
    await consumer.logged(/Redis does not answer/);
    consumer.drain.abort();
    const drainedAtMs = Date.now();
    expect(await consumer.report).toEqual({ reason: 'drained', endings: {}, why: null });
    expect(Date.now() - drainedAtMs).toBeLessThan(10_000);
  });
});
