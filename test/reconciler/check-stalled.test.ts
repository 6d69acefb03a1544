import { expect, it, onTestFinished } from 'vitest';
import { toRedisOptions } from '../../core/redis/connect-redis.ts';
import { createOutageLog } from '../../core/redis/outage-log.ts';
import { enqueue } from '../../producer/enqueue.ts';
import { startStallCheck } from '../../reconciler/check-stalled.ts';
import { aSelection, makeLoginNode, silentLog } from '../producer/a-campaign.ts';
import { useRedis } from '../support/use-redis.ts';
import { aHand } from './finish-job.ts';

const server = useRedis();

it('puts the job of a vanished consumer back to the head of the queue; a held one stays', async () => {
  const node = await makeLoginNode(server.address, [{}, {}, {}]);
  const { campaignId } = node.workflow;
  await enqueue(node.workflow, node.queue, aSelection(), node.batch);
  const lost = await aHand(server.address, campaignId, { lockSeconds: 0.5 }).take();
  const kept = await aHand(server.address, campaignId, { lockSeconds: 60 }).take();

  const check = startStallCheck(toRedisOptions(server.address), {
    campaignId,
    lane: 'default',
    log: silentLog,
    outage: createOutageLog(silentLog, { away: '', back: '' }),
    intervalSeconds: 0.5,
  });
  onTestFinished(() => check.stop());
  await expect.poll(() => lost.getState(), { timeout: 10_000 }).toBe('waiting');
  expect(await node.waiting()).toEqual(['c1-a1', 'c3-a1']);
  expect(await kept.getState()).toBe('active');
  expect(await node.queue.getJob('c1-a1')).toMatchObject({
    stalledCounter: 1,
    attemptsStarted: 1,
    attemptsMade: 0,
  });
});
