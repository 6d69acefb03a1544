import { z } from 'zod';
import { describe, expect, it, vi } from 'vitest';
import { lanesSchema } from '../../../core/config/lane-settings.ts';
import { listLanes } from '../../../core/redis/lane-names.ts';
import { planPacking } from '../../../consumer/lanes/plan-packing.ts';
import { rowOf } from '../../../orca/failures/catalogue.ts';
import { auditQueue } from '../../../producer/audit/audit-queue.ts';
import { cancel } from '../../../producer/steering/cancel.ts';
import { enqueue } from '../../../producer/enqueue.ts';
import { keepPause } from '../../../producer/steering/keep-pause.ts';
import { sweepFinished } from '../../../reconciler/sweep-finished.ts';
import { countLanes } from '../../../infra/redis/count-queue.ts';
import { countByStatus } from '../../../workflow/reports/count-by-status.ts';
import { listCancellable } from '../../../workflow/steering/list-cancellable.ts';
import { writePause } from '../../../workflow/steering/pause.ts';
import { aSelection, type LoginNode, makeLoginNode, silentLog } from '../../producer/a-campaign.ts';
import { useRedis } from '../../support/use-redis.ts';
import { someCores } from '../fake-node.ts';
import { programPath } from '../programs.ts';
import { startConsumer } from '../start-consumer.ts';

const redis = useRedis();

const lanes = lanesSchema.parse({
  single: { cores: 1, maxAtoms: 1 },
  pair: { cores: 2, minAtoms: 2, maxAtoms: 2 },
  wide: { cores: 4, minAtoms: 3, maxAtoms: 9 },
});
const atom = { symbols: ['Ne'], charge: 0, geometry: 'Ne 0 0 0' };
const pair = { symbols: ['N', 'N'], charge: 0, geometry: 'N 0 0 0\nN 0 0 1.1' };

/** Records of three sizes in turn, on the queues of their lanes. */
async function anEnqueuedCampaign(count: number): Promise<LoginNode> {
  const kinds = [atom, pair, {}];
  const records = Array.from({ length: count }, (_, index) => kinds[index % kinds.length] ?? {});
  const node = await makeLoginNode(redis.address, records);
  const report = await enqueue(node.workflow, node.queue, aSelection(), { ...node.batch, lanes });
  expect(report).toMatchObject({ queued: count, refused: [], skipped: [] });
  return node;
}

/** A consumer on 8 cores that nobody has, in caches of 4, so that nothing is pinned. */
function startPacked(node: LoginNode, program: string, changes: Parameters<typeof startConsumer>[3] = {}) {
  const packing = planPacking(someCores(8, 4, 8), {
    lanes,
    memoryBytes: 8e9,
    reserveCores: 0,
    reservedCores: [],
    fixedSlots: null,
  });
  const cores = packing.node.cores.map(({ cpu }) => cpu);
  const campaign = { id: node.workflow.campaignId, jobRoot: node.jobRoot };
  const consumer = startConsumer(redis.address, campaign, program, {
    slots: [{ slot: 0, cores }],
    packing,
    setup: {
      node: 'node1',
      allocationId: '4711',
      orcaPath: programPath(program),
      maxCoreMb: (ranks, memoryMb) => Math.floor((memoryMb ?? 0) / ranks),
      restarts: true,
      scratch: null,
      copyOutSeconds: 600,
      pin: false,
    },
    ...changes,
  });
  const started = () =>
    consumer.log
      .filter(({ msg }) => msg === 'job started')
      .map(({ cores: cpus }) => z.array(z.number()).parse(cpus));
  return { ...consumer, started };
}

const sweep = (node: LoginNode) =>
  sweepFinished(node.workflow, node.redis, {
    rulesOf: rowOf,
    lane: 'default',
    jobRoot: node.jobRoot,
    log: silentLog,
  });
const audit = (node: LoginNode) => auditQueue(node.workflow, node.queue, node.redis, { lane: 'default' });

describe('a consumer of several lanes', () => {
  it('runs the jobs of each on as many cores as the lane has, and all are settled', async () => {
    const node = await anEnqueuedCampaign(9);
    expect(await listLanes(node.redis, node.workflow.campaignId)).toEqual([
      'default',
      'pair',
      'single',
      'wide',
    ]);
    expect(await audit(node)).toMatchObject({ checked: 9, readded: 0, withdrawn: 0 });
    const consumer = startPacked(node, 'orca-good');
    expect((await consumer.report).endings).toEqual({ completed: 9 });
    const sizes = consumer.started().map((cores) => cores.length);
    expect(sizes.toSorted((a, b) => a - b)).toEqual([1, 1, 1, 2, 2, 2, 4, 4, 4]);
    expect(await sweep(node)).toMatchObject({ settled: 9, foreign: 0 });
    expect(countByStatus(node.workflow)).toMatchObject({ completed: 9 });
    expect(await audit(node)).toMatchObject({ checked: 0, readded: 0, withdrawn: 0 });
  });

  it('never gives a core to two jobs at a time, and fills the node', async () => {
    const node = await anEnqueuedCampaign(12);
    const consumer = startPacked(node, 'orca-waiting');
    // 8 cores hold 4 + 2 + 1 + 1.
    await vi.waitFor(() => expect(consumer.started().flat().length).toBe(8), { timeout: 10_000 });
    expect(new Set(consumer.started().flat()).size).toBe(8);
    expect(
      consumer
        .started()
        .map((cores) => cores.length)
        .toSorted((a, b) => a - b),
    ).toEqual([1, 1, 2, 4]);
    consumer.drain.abort();
    expect((await consumer.report).endings).toEqual({ handed_back: 4 });
    const counts = await countLanes(node.redis, node.workflow.campaignId);
    expect(counts.map(({ lane, waiting, active }) => [lane, waiting, active])).toEqual([
      ['default', 0, 0],
      ['pair', 4, 0],
      ['single', 4, 0],
      ['wide', 4, 0],
    ]);
  });
});

describe('the lanes of a campaign', () => {
  it('are paused, resumed, audited and cancelled as one', async () => {
    const node = await anEnqueuedCampaign(3);
    const { workflow, queue } = node;
    writePause(workflow, { since: new Date().toISOString(), reason: null });
    expect(await keepPause(workflow, queue)).toBe('paused');
    const idle = startPacked(node, 'orca-good');
    expect((await idle.report).endings).toEqual({});
    writePause(workflow, null);
    expect(await keepPause(workflow, queue)).toBe('resumed');
    // A Redis that came back empty has forgotten which lanes there are.
    await node.redis.flushall();
    expect(await audit(node)).toMatchObject({ checked: 3, readded: 3 });
    const steps = await cancel(
      workflow,
      node,
      listCancellable(workflow, { statuses: ['running'], ids: [{ from: 2, to: 2 }] }),
      {
        lane: 'default',
        reason: 'not needed',
        noticeSeconds: 0,
      },
    );
    expect(steps).toEqual([{ id: 2, jobId: 'c2-a1', result: 'cancelled' }]);
    const consumer = startPacked(node, 'orca-good');
    expect((await consumer.report).endings).toEqual({ completed: 2 });
  });
});
