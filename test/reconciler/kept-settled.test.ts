import { Queue } from 'bullmq';
import { describe, expect, it } from 'vitest';
import { queuePrefix, settledQueueOf } from '../../core/job/queue-names.ts';
import { runScript } from '../../core/redis/scripts/run-script.ts';
import { removeFinishedScript } from '../../core/redis/scripts/sweep-scripts.ts';
import { rowOf } from '../../orca/failures/catalogue.ts';
import { auditQueue } from '../../producer/audit/audit-queue.ts';
import { enqueue } from '../../producer/enqueue.ts';
import { sweepFinished } from '../../reconciler/sweep-finished.ts';
import { aSelection, type LoginNode, makeLoginNode, silentLog } from '../producer/a-campaign.ts';
import { useRedis } from '../support/use-redis.ts';
import { readRow } from '../workflow/sample-workflow.ts';
import { aHand, type Hand } from './finish-job.ts';

const server = useRedis();
const completed = { kind: 'completed' } as const;
const notConverged = {
  kind: 'failed',
  class: 'scf_not_converged',
  reason: 'not after 125 cycles',
  retryable: true,
} as const;

async function aBusyCampaign(count: number): Promise<{ node: LoginNode; hand: Hand }> {
  const node = await makeLoginNode(
    server.address,
    Array.from({ length: count }, () => ({})),
  );
  await enqueue(node.workflow, node.queue, aSelection({ batchSize: count }), node.batch);
  return { node, hand: aHand(server.address, node.workflow.campaignId, { jobRoot: node.jobRoot }) };
}

const sweep = (node: LoginNode, keepSettled = 1000): ReturnType<typeof sweepFinished> =>
  sweepFinished(node.workflow, node.redis, {
    rulesOf: rowOf,
    lane: 'default',
    jobRoot: node.jobRoot,
    log: silentLog,
    fileWaitMs: 0,
    keepSettled,
  });

/** What Bull Board is shown of the settled ones. */
const openSettled = (node: LoginNode): Queue => {
  const settled = new Queue(settledQueueOf('default'), {
    connection: node.redis,
    prefix: queuePrefix(node.workflow.campaignId),
    skipMetasUpdate: true,
  });
  settled.on('error', () => undefined);
  return settled;
};

describe('settled jobs', () => {
  it('are left to look at beside the queue, with their result and words, and none of them is settled again', async () => {
    const { node, hand } = await aBusyCampaign(2);
    await hand.end(completed);
    await hand.end(notConverged);
    expect(await sweep(node)).toMatchObject({ settled: 2 });
    expect(await node.queue.getJobCounts('completed', 'failed')).toEqual({ completed: 0, failed: 0 });
    const settled = openSettled(node);
    expect(await settled.getJobCounts('completed', 'failed')).toEqual({ completed: 1, failed: 1 });
    const [done] = await settled.getCompleted();
    expect(done).toMatchObject({ id: 'c1-a1', returnvalue: { recordId: 1 } });
    expect(done?.finishedOn).toBeGreaterThanOrEqual(done?.processedOn ?? Infinity);
    expect((await settled.getFailed())[0]?.failedReason).toMatch(/^scf_not_converged: /);
    const before = [readRow(node.workflow, 1), readRow(node.workflow, 2)];
    expect(await sweep(node)).toMatchObject({ settled: 0, stale: 0, foreign: 0 });
    const audit = await auditQueue(node.workflow, node.queue, node.redis, { lane: 'default' });
    expect(audit).toMatchObject({ readded: 0 });
    expect([readRow(node.workflow, 1), readRow(node.workflow, 2)]).toEqual(before);
  });

  it('are as many as the setting says, the newest, and none of the others stays in Redis', async () => {
    const { node, hand } = await aBusyCampaign(5);
    for (let index = 0; index < 3; index += 1) await hand.end(completed);
    await sweep(node, 2);
    const settled = openSettled(node);
    const idsOf = async (): Promise<unknown[]> => (await settled.getCompleted()).map(({ id }) => id);
    expect(await idsOf()).toEqual(['c3-a1', 'c2-a1']);
    await hand.end(completed);
    await sweep(node, 2);
    expect(await idsOf()).toEqual(['c4-a1', 'c3-a1']);
    await hand.end(completed);
    await sweep(node, 0);
    expect(await idsOf()).toEqual([]);
    expect(await node.redis.keys(`${queuePrefix(node.workflow.campaignId)}:default*:c*`)).toEqual([]);
  });

  it('stay where they are when a second sweep takes the same jobs off the queue', async () => {
    const { node, hand } = await aBusyCampaign(1);
    await hand.end(completed);
    const base = `${queuePrefix(node.workflow.campaignId)}:default`;
    const places = [`${base}:completed`, `${base}:`, `${base}~settled:`];
    const take = (): Promise<unknown> =>
      runScript(node.redis, removeFinishedScript, places, [10, 'completed', 'c1-a1', 'c9-a1']);
    expect(await take()).toBe(1);
    expect(await take()).toBe(0);
    expect(await openSettled(node).getJobCounts('completed')).toEqual({ completed: 1 });
  });
});
