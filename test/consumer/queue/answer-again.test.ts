import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { explainRefusal } from '../../../consumer/queue/held-job.ts';
import type { RedisAddress } from '../../../core/redis/redis-address.ts';
import { useRedis } from '../../support/use-redis.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { letOrcaEnd, makeTestCampaign, startConsumer } from '../start-consumer.ts';

const redis = useRedis();

/** A way to Redis on which commands arrive, but no reply comes back while it is mute. */
async function aMuteableWay(): Promise<{
  address: RedisAddress;
  proxy: TcpProxy;
  mute: (on: boolean) => void;
}> {
  const { hostname, port } = new URL(redis.address.url);
  let isMute = false;
  const proxy = await startTcpProxy({
    target: { host: hostname, port: Number(port) },
    rewrite: (text) => (isMute ? '' : text),
  });
  onTestFinished(() => proxy.stop());
  const address = { ...redis.address, url: `redis://127.0.0.1:${proxy.port}/0` };
  return { address, proxy, mute: (on) => (isMute = on) };
}

describe('an answer whose reply was lost', () => {
  it('is sent again, and the refusal that follows is taken for what it is', async () => {
    const campaign = makeTestCampaign(redis.address);
    await campaign.add();
    const way = await aMuteableWay();
    const consumer = startConsumer(way.address, campaign, 'orca-waiting', { idleTimeoutSeconds: null });
    await consumer.logged('job started');
    await expect
      .poll(() => existsSync(join(campaign.jobDir(), 'orca.out.live')), { timeout: 10_000 })
      .toBe(true);
    way.mute(true);
    letOrcaEnd(campaign.jobDir());
    await expect.poll(() => campaign.stateOf(), { timeout: 20_000 }).toBe('completed');
    way.mute(false);
    way.proxy.cut();
    await consumer.logged('the queue already has this answer');
    consumer.drain.abort();
    expect((await consumer.report).endings).toEqual({ completed: 1 });
    expect(consumer.log.filter((line) => String(line['msg']).includes('refused'))).toEqual([]);
  }, 40_000);
});

describe('explainRefusal', () => {
  it.each([
    [-1, 'unknown', 'the job is no longer on the queue'],
    [-2, 'active', 'its lock is gone, and the job is active'],
    [-3, 'waiting', 'its lock is gone, and the job is waiting'],
    [-6, 'active', 'another consumer owns the job now'],
  ])('%d, %s: %s', (code, state, words) => {
    expect(explainRefusal(Object.assign(new Error('no'), { code }), state)).toBe(words);
  });
});
