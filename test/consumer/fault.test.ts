import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { makeTestCampaign, startConsumer } from './start-consumer.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());

describe('a fault of the node', () => {
  it('hands the job back, attempt not spent; three in a row stop the consumer, which says why', async () => {
    const campaign = makeTestCampaign(redis.address);
    for (const recordId of [1, 2]) await campaign.add(recordId);
    const consumer = startConsumer(redis.address, campaign, '/nowhere/orca', {
      idleTimeoutSeconds: null,
      faultPauseMs: 50,
    });
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
    const campaign = makeTestCampaign(redis.address);
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
    const consumer = startConsumer(redis.address, campaign, program, {
      idleTimeoutSeconds: null,
      faultPauseMs: 50,
    });
    expect((await consumer.report).reason).toBe('faulty');
    expect(existsSync(join(meeting, 'two-at-a-time'))).toBe(false);
  });
});
