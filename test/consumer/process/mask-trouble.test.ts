import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { summarizeConsumers } from '../../../cli/node/render-consumers.ts';
import { discoverCores } from '../../../consumer/cores/discover-cores.ts';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import { listConsumers } from '../../../infra/consumers/list-consumers.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { useRedis } from '../../support/use-redis.ts';
import { letOrcaEnd, makeTestCampaign, startConsumer } from '../start-consumer.ts';

/** Needs a CPU outside the slot. */
describe.skipIf(!hasPrograms('taskset') || discoverCores().length < 2)('ranks that leave their slot', () => {
  const server = useRedis();
  let redis: Redis;
  beforeAll(async () => {
    redis = await connectRedis(server.address);
  });
  afterAll(async () => {
    redis.disconnect();
  });

  it('are an error in the log, in the list of consumers and in the status, with the cure; their job goes on', async () => {
    const campaign = makeTestCampaign(server.address);
    await campaign.add(1);
    const consumer = startConsumer(server.address, campaign, 'orca-escaping', { idleTimeoutSeconds: null });
    await consumer.logged(/^a rank may run outside its slot/);
    const why = expect.stringMatching(/^node1: ranks leave their slot: one may run on .*--slots 1/);
    // It is announced at once, not with the next announcement in 10 s.
    const list = () => listConsumers(redis, campaign.id, 'default', new Date());
    await expect
      .poll(async () => (await list()).consumers, { timeout: 5000 })
      .toEqual([expect.objectContaining({ state: 'running', why })]);
    const { consumers } = await list();
    expect(summarizeConsumers(consumers, new Date()).faulty).toEqual([
      expect.objectContaining({ node: 'node1', why }),
    ]);
    letOrcaEnd(campaign.jobDir(1));
    await expect.poll(() => campaign.stateOf(1), { timeout: 15_000 }).toBe('completed');
    consumer.drain.abort();
    expect(await consumer.report).toMatchObject({ reason: 'drained', endings: { completed: 1 }, why });
  }, 60_000);
});
