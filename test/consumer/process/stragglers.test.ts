import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useRedis } from '../../support/use-redis.ts';
import { isAlive } from '../programs.ts';
import { makeTestCampaign, startConsumer } from '../start-consumer.ts';

const server = useRedis();

it('a process that has left the session of ORCA ends with its run', async () => {
  const campaign = makeTestCampaign(server.address);
  await campaign.add();
  const consumer = startConsumer(server.address, campaign, 'orca-daemon');
  expect((await consumer.report).endings).toEqual({ completed: 1 });
  const daemon = Number(readFileSync(join(campaign.jobDir(), 'daemon'), 'utf8'));
  expect(daemon).toBeGreaterThan(1);
  expect(isAlive(daemon)).toBe(false);
  expect(consumer.log).toContainEqual(
    expect.objectContaining({
      level: 40,
      jobId: 'c1-a1',
      msg: 'processes that had left the session of ORCA were stopped',
      pids: expect.arrayContaining([daemon]),
    }),
  );
  // The check of the node has started one, too, that holds the pipe of the check: nothing waits for it.
  await consumer.logged('consumer ended');
});
