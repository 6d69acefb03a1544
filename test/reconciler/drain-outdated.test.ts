import { expect, it } from 'vitest';
import {
  announcementsKey,
  drainRequestsKey,
  renderAnnouncement,
} from '../../core/progress/consumer-registry.ts';
import { rowOf } from '../../orca/failures/catalogue.ts';
import { auditQueue } from '../../producer/audit/audit-queue.ts';
import { enqueue } from '../../producer/enqueue.ts';
import { sweepFinished } from '../../reconciler/sweep-finished.ts';
import { aSelection, makeLoginNode, silentLog } from '../producer/a-campaign.ts';
import { useRedis } from '../support/use-redis.ts';
import { readRow } from '../workflow/sample-workflow.ts';
import { aHand } from './finish-job.ts';

const server = useRedis();

it('queues a job anew that a consumer of an older oact refused, uncharged, and asks that consumer to drain', async () => {
  const node = await makeLoginNode(server.address, [{}]);
  await enqueue(node.workflow, node.queue, aSelection({ batchSize: 1 }), node.batch);
  const hand = aHand(server.address, node.workflow.campaignId, { jobRoot: node.jobRoot });
  const { campaignId } = node.workflow;
  const said = { node: 'n1', allocationId: '1', pid: 1, slots: 1, busy: 0, state: 'running' } as const;
  const time = new Date().toISOString();
  const entry = renderAnnouncement({
    ...said,
    reason: null,
    why: null,
    startedAt: time,
    seenAt: time,
    endsAt: null,
    jobs: [],
  });
  const { reads: _, ...old } = JSON.parse(entry);
  const announced = { 'n1:1:old': JSON.stringify(old), 'n2:1:new': entry };
  await node.redis.hset(announcementsKey(campaignId, 'default'), announced);
  await hand.fail('payload_refused: the payload has version 2, this consumer reads version 1');
  expect(
    await sweepFinished(node.workflow, node.redis, {
      rulesOf: rowOf,
      lane: 'default',
      jobRoot: node.jobRoot,
      log: silentLog,
      fileWaitMs: 0,
    }),
  ).toMatchObject({ settled: 0, stale: 0, foreign: 0, awaited: 0 });
  expect(readRow(node.workflow, 1)).toMatchObject({ status: 'running', fail_count: 0 });
  expect(await node.redis.hkeys(drainRequestsKey(campaignId, 'default'))).toEqual(['n1:1:old']);
  await auditQueue(node.workflow, node.queue, node.redis, { lane: 'default' });
  expect(await node.waiting()).toEqual(['c1-a1']);
});
