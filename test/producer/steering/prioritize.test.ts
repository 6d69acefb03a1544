import { describe, expect, it } from 'vitest';
import { auditQueue } from '../../../producer/audit/audit-queue.ts';
import { enqueue } from '../../../producer/enqueue.ts';
import { keepPause } from '../../../producer/steering/keep-pause.ts';
import { prioritize, type PriorityReport } from '../../../producer/steering/prioritize.ts';
import { writePause } from '../../../workflow/steering/pause.ts';
import type { Place } from '../../../workflow/steering/set-priority.ts';
import { aHand } from '../../reconciler/finish-job.ts';
import { useRedis } from '../../support/use-redis.ts';
import { aSelection, type LoginNode, makeLoginNode } from '../a-campaign.ts';

const server = useRedis();

const aCampaign = (records: number): Promise<LoginNode> =>
  makeLoginNode(
    server.address,
    Array.from({ length: records }, () => ({})),
  );
const put = (node: LoginNode, from: number, to: number, place: Place): Promise<PriorityReport> =>
  prioritize(node.workflow, node.redis, { ids: [{ from, to }], place });
const add = (node: LoginNode, batchSize = 100): Promise<unknown> =>
  enqueue(node.workflow, node.queue, aSelection({ batchSize }), node.batch);
const order = async (node: LoginNode): Promise<number[]> =>
  (await node.waiting()).map((jobId) => Number(/^c(\d+)/.exec(jobId)?.[1]));

describe('priority', () => {
  it('moves jobs that wait to the front or the back, each time before or behind all others', async () => {
    const node = await aCampaign(6);
    await add(node);
    expect(await put(node, 5, 6, 'front')).toEqual({ level: 1, ids: [5, 6], moved: [5, 6] });
    expect(await order(node)).toEqual([5, 6, 1, 2, 3, 4]);
    expect(await put(node, 3, 3, 'front')).toMatchObject({ level: 2 });
    expect(await order(node)).toEqual([3, 5, 6, 1, 2, 4]);
    expect(await put(node, 1, 1, 'back')).toMatchObject({ level: -1 });
    expect(await put(node, 5, 5, 'back')).toMatchObject({ level: -2 });
    expect(await order(node)).toEqual([3, 6, 2, 4, 1, 5]);
  });

  it('decides what is claimed first, and puts it before what waits', async () => {
    const node = await aCampaign(8);
    await add(node, 3);
    await put(node, 7, 8, 4);
    await put(node, 6, 6, 9);
    await put(node, 4, 4, -1);
    await add(node, 4);
    expect(await order(node)).toEqual([6, 7, 8, 1, 2, 3, 5]);
    await add(node);
    expect((await order(node)).at(-1)).toBe(4);
  });

  it('outlives a loss of Redis: the audit adds the jobs in that order', async () => {
    const node = await aCampaign(4);
    await add(node);
    await put(node, 3, 4, 'front');
    await node.queue.obliterate();
    await auditQueue(node.workflow, node.queue, node.redis, { lane: 'default' });
    expect(await order(node)).toEqual([3, 4, 1, 2]);
  });

  it('an interrupted job that is handed back goes before all, whatever its level', async () => {
    const node = await aCampaign(3);
    await add(node);
    const job = await aHand(server.address, node.workflow.campaignId).take();
    await put(node, 3, 3, 'front');
    await job.moveToWait('hand');
    expect(await order(node)).toEqual([1, 3, 2]);
  });

  it('leaves a running job where it is, and level 0 makes a record like all others', async () => {
    const node = await aCampaign(3);
    await add(node, 2);
    await aHand(server.address, node.workflow.campaignId).take();
    expect(await put(node, 1, 2, 'front')).toMatchObject({ ids: [1, 2], moved: [2] });
    expect(await node.queue.getActiveCount()).toBe(1);
    expect(await put(node, 1, 3, 0)).toEqual({ level: 0, ids: [1, 2, 3], moved: [] });
    await add(node);
    expect(await order(node)).toEqual([2, 3]);
  });
});

describe('a pause', () => {
  it('keeps jobs from being given out, and outlives a loss of Redis', async () => {
    const node = await aCampaign(1);
    await add(node);
    const since = new Date().toISOString();
    expect(writePause(node.workflow, { since, reason: null })).toBe(true);
    expect(writePause(node.workflow, { since: 'later', reason: 'other' })).toBe(false);
    expect(await keepPause(node.workflow, node.queue)).toBe('paused');
    expect(await keepPause(node.workflow, node.queue)).toBeUndefined();
    await expect(aHand(server.address, node.workflow.campaignId).take()).rejects.toThrow(
      'the queue is empty',
    );
    await node.queue.obliterate({ force: true });
    expect(await node.queue.isPaused()).toBe(false);
    await auditQueue(node.workflow, node.queue, node.redis, { lane: 'default' });
    expect(await node.queue.isPaused()).toBe(true);
    await expect(aHand(server.address, node.workflow.campaignId).take()).rejects.toThrow(
      'the queue is empty',
    );
    writePause(node.workflow, null);
    expect(await keepPause(node.workflow, node.queue)).toBe('resumed');
    expect((await aHand(server.address, node.workflow.campaignId).take()).id).toBe('c1-a1');
  });
});
