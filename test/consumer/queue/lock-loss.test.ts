import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import { queuePrefix } from '../../../core/job/queue-names.ts';
import { useRedis } from '../../support/use-redis.ts';
import { isAlive } from '../programs.ts';
import { letOrcaEnd, makeTestCampaign, startConsumer, type TestCampaign } from '../start-consumer.ts';

const server = useRedis();
let redis: Redis;
beforeAll(async () => {
  redis = await connectRedis(server.address);
});
afterAll(async () => {
  redis.disconnect();
});

const locks = { lockSeconds: 20, renewSeconds: 0.2 };
const lockOf = (campaign: TestCampaign): string => `${queuePrefix(campaign.id)}:default:c1-a1:lock`;

describe('a lock', () => {
  it('is held by node, allocation and a token of this fetch, and renewed while ORCA runs', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const consumer = startConsumer(server.address, campaign, 'orca-waiting', { locks });
    await consumer.logged('job started');
    expect(await redis.get(lockOf(campaign))).toMatch(/^node1:4711:[0-9a-f-]{36}$/);
    await redis.pexpire(lockOf(campaign), 3000);
    await expect.poll(() => redis.pttl(lockOf(campaign)), { timeout: 3000 }).toBeGreaterThan(15_000);
    letOrcaEnd(campaign.jobDir());
    expect((await consumer.report).endings).toEqual({ completed: 1 });
    expect(await redis.exists(lockOf(campaign))).toBe(0);
  });

  it.each([
    ['that is gone', (key: string) => redis.del(key)],
    ['that another consumer holds', (key: string) => redis.set(key, 'node2:4712:other', 'PX', 60_000)],
  ])('%s stops ORCA: nothing is answered, nothing published', async (_, lose) => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const consumer = startConsumer(server.address, campaign, 'orca-ranks', { locks });
    const ids = await campaign.idsOfRun();
    await lose(lockOf(campaign));
    expect((await consumer.report).endings).toEqual({ fenced: 1 });
    expect(ids.filter(isAlive)).toEqual([]);
    expect(await campaign.stateOf()).toBe('active');
    expect(existsSync(join(campaign.jobDir(), 'attempt-1', 'result.json'))).toBe(false);
    expect(consumer.log).toContainEqual(expect.objectContaining({ level: 50, jobId: 'c1-a1' }));
  });

  it('that was lost while the result was on its way leaves the result on disk for the next owner', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add();
    const consumer = startConsumer(server.address, campaign, 'orca-waiting', {
      locks: { lockSeconds: 900, renewSeconds: 60 },
    });
    await consumer.logged('job started');
    await redis.set(lockOf(campaign), 'node2:4712:other', 'PX', 60_000);
    letOrcaEnd(campaign.jobDir());
    await consumer.report;
    expect(await campaign.stateOf()).toBe('active');
    expect(existsSync(join(campaign.jobDir(), 'attempt-1', 'result.json'))).toBe(true);
    expect(existsSync(join(campaign.jobDir(), 'orca.out'))).toBe(true);
    await consumer.logged(/refused the answer/);
  });
});
