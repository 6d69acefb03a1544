import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRedis } from '../../core/connect-redis.ts';
import { queuePrefix } from '../../core/queue-names.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { isAlive } from './programs.ts';
import { makeTestCampaign, startConsumer, type TestCampaign } from './start-consumer.ts';

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startTestRedis();
  redis = await connectRedis(server.address);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
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
    writeFileSync(join(campaign.jobDir(), 'go'), '');
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
    await consumer.logged('job started');
    await lose(lockOf(campaign));
    expect((await consumer.report).endings).toEqual({ fenced: 1 });
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
    writeFileSync(join(campaign.jobDir(), 'go'), '');
    await consumer.report;
    expect(await campaign.stateOf()).toBe('active');
    expect(existsSync(join(campaign.jobDir(), 'attempt-1', 'result.json'))).toBe(true);
    expect(existsSync(join(campaign.jobDir(), 'orca.out'))).toBe(true);
    await consumer.logged(/refused the answer/);
  });
});

describe('a fault of the node', () => {
  it('hands the job back, attempt not spent; three in a row stop the consumer, which says why', async () => {
    const campaign = makeTestCampaign(server.address);
    for (const recordId of [1, 2]) await campaign.add(recordId);
    const consumer = startConsumer(server.address, campaign, '/nowhere/orca', { idleTimeoutSeconds: null });
    expect(await consumer.report).toEqual({ reason: 'faulty', endings: { fault: 3 } });
    expect(await campaign.queue.getJobCounts('waiting', 'active', 'failed')).toEqual({
      waiting: 2,
      active: 0,
      failed: 0,
    });
    expect((await campaign.job(1)).attemptsMade).toBe(0);
    const faults = consumer.log.filter((line) => String(line['msg']).startsWith('fault'));
    expect(faults).toHaveLength(3);
    expect(JSON.stringify(faults)).toContain('/nowhere/orca');
  });

  it('after ORCA has ended does not give its slot back twice: two jobs never share it', async () => {
    const campaign = makeTestCampaign(server.address);
    const meeting = join(campaign.dir, 'meeting');
    mkdirSync(meeting);
    const program = join(campaign.dir, 'orca');
    // Takes its own output away, so that it cannot be judged; notes when two of it run at a time.
    writeFileSync(
      program,
      `#!/bin/sh
      mkdir ${meeting}/here 2>/dev/null || touch ${meeting}/two-at-a-time
      sleep 0.2
      rmdir ${meeting}/here 2>/dev/null
      rm orca.out\n`,
      { mode: 0o755 },
    );
    for (const recordId of [1, 2, 3, 4]) await campaign.add(recordId);
    const consumer = startConsumer(server.address, campaign, program, { idleTimeoutSeconds: null });
    expect((await consumer.report).reason).toBe('faulty');
    expect(existsSync(join(meeting, 'two-at-a-time'))).toBe(false);
    expect(isAlive(process.pid)).toBe(true);
  });
});
