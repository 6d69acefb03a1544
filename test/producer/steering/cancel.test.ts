import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cancelRequestsKey } from '../../../core/job/cancellation.ts';
import { resultPathOf } from '../../../core/job-dir/job-layout.ts';
import { decideRetry } from '../../../orca/retry/decide-retry.ts';
import { parseRetryPolicy } from '../../../orca/retry/retry-policy.ts';
import { type AuditReport, auditQueue } from '../../../producer/audit/audit-queue.ts';
import { cancel, type CancelStep } from '../../../producer/steering/cancel.ts';
import { enqueue } from '../../../producer/enqueue.ts';
import { sweepFinished } from '../../../reconciler/sweep-finished.ts';
import { listCancellable } from '../../../workflow/steering/list-cancellable.ts';
import { listFinished } from '../../../workflow/records/list-finished.ts';
import { requeueRecords } from '../../../workflow/attempts/requeue-records.ts';
import { aHand } from '../../reconciler/finish-job.ts';
import { useRedis } from '../../support/use-redis.ts';
import { listAttempts } from '../../workflow/list-attempts.ts';
import { readRow } from '../../workflow/sample-workflow.ts';
import { aSelection, type LoginNode, makeLoginNode, silentLog } from '../a-campaign.ts';
import { rowOf } from '../../../orca/failures/catalogue.ts';

const server = useRedis();

async function aQueuedCampaign(records: number): Promise<LoginNode> {
  const node = await makeLoginNode(
    server.address,
    Array.from({ length: records }, () => ({})),
  );
  await enqueue(node.workflow, node.queue, aSelection(), node.batch);
  return node;
}

const audit = (node: LoginNode): Promise<AuditReport> =>
  auditQueue(node.workflow, node.queue, node.redis, { lane: 'default' });
/** @param isRedisAway as when the one who cancels cannot reach it */
const cancelAll = (node: LoginNode, reason = 'why', isRedisAway = false): Promise<CancelStep[]> =>
  cancel(
    node.workflow,
    isRedisAway ? null : node,
    listCancellable(node.workflow, { statuses: ['to_run', 'running'], ids: null }),
    { lane: 'default', reason, noticeSeconds: 0 },
  );
const resultsOf = (steps: CancelStep[]): string[] => steps.map(({ result }) => result);
const requestsOf = ({ redis, workflow }: LoginNode): Promise<Record<string, string>> =>
  redis.hgetall(cancelRequestsKey(workflow.campaignId, 'default'));
const cancelled = { status: 'failed', error_message: 'cancelled: why', fail_count: 0, worker_id: null };

describe('cancelling', () => {
  it('takes a record out of the table that was never queued, and the claim does not get it', async () => {
    const node = await makeLoginNode(server.address, [{}, {}]);
    expect(await cancelAll(node)).toEqual([
      { id: 1, jobId: null, result: 'cancelled' },
      { id: 2, jobId: null, result: 'cancelled' },
    ]);
    expect(readRow(node.workflow, 1)).toMatchObject(cancelled);
    expect(listAttempts(node.workflow, 1)).toMatchObject([
      { attempt: 1, outcome: 'failed', class: 'cancelled', reason: 'cancelled: why', node: null },
    ]);
    expect(await enqueue(node.workflow, node.queue, aSelection(), node.batch)).toMatchObject({ queued: 0 });
    expect(await audit(node)).toMatchObject({ checked: 0, readded: 0 });
  });

  it('comes back by a requeue of its class, as a new attempt', async () => {
    const node = await aQueuedCampaign(1);
    await cancelAll(node);
    const filter = {
      statuses: ['failed' as const],
      ids: null,
      node: null,
      error: null,
      failCountBelow: null,
    };
    const found = listFinished(node.workflow, { ...filter, classes: ['cancelled'] });
    expect(found).toMatchObject([{ id: 1, attempt: 1 }]);
    requeueRecords(node.workflow, found, { resetFailCount: false });
    expect(await enqueue(node.workflow, node.queue, aSelection(), node.batch)).toMatchObject({ queued: 1 });
    expect(await node.waiting()).toEqual(['c1-a2']);
    expect(await audit(node)).toMatchObject({ checked: 1, cancelled: 0, withdrawn: 0 });
  });

  it('twice is cancelling once: the first reason stays', async () => {
    const node = await aQueuedCampaign(2);
    await aHand(server.address, node.workflow.campaignId).take();
    expect(resultsOf(await cancelAll(node, 'first'))).toEqual(['asked', 'cancelled']);
    expect(await cancelAll(node, 'second')).toEqual([{ id: 1, jobId: 'c1-a1', result: 'asked' }]);
    expect(await requestsOf(node)).toEqual({ 'c1-a1': 'first' });
    expect(readRow(node.workflow, 2)).toMatchObject({ error_message: 'cancelled: first' });
    expect(listAttempts(node.workflow, 2)).toHaveLength(1);
  });

  it('while Redis is away: the audit does it when it is back, also when it came back empty', async () => {
    const node = await aQueuedCampaign(2);
    expect(resultsOf(await cancelAll(node, 'why', true))).toEqual(['pending', 'pending']);
    expect(readRow(node.workflow, 1)).toMatchObject({ status: 'running' });
    await node.queue.obliterate();
    expect(await audit(node)).toMatchObject({ cancelled: 2, readded: 0, withdrawn: 0 });
    expect(readRow(node.workflow, 1)).toMatchObject(cancelled);
    expect(await audit(node)).toMatchObject({ checked: 0, cancelled: 0 });
  });

  it('waits for consumers to notice a Redis that came back empty, before it calls a lost job cancelled', async () => {
    const node = await aQueuedCampaign(1);
    await cancelAll(node, 'why', true);
    const { redis, workflow, queue } = node;
    await queue.obliterate();
    const since = `{oact-${workflow.campaignId}}:default:since`;
    await redis.del(since, `${since}-batch`);
    const options = { lane: 'default', noticeSeconds: 120 };
    expect(await auditQueue(workflow, queue, redis, options)).toMatchObject({ cancelled: 0, readded: 0 });
    expect(readRow(workflow, 1)).toMatchObject({ status: 'running' });
    expect(await audit(node)).toMatchObject({ cancelled: 1 });
  });

  it('names a running job again for its consumer when Redis has lost the name', async () => {
    const node = await aQueuedCampaign(1);
    await aHand(server.address, node.workflow.campaignId).take();
    await cancelAll(node);
    await node.redis.del(cancelRequestsKey(node.workflow.campaignId, 'default'));
    expect(await audit(node)).toMatchObject({ cancelled: 0, withdrawn: 0 });
    expect(await requestsOf(node)).toEqual({ 'c1-a1': 'why' });
  });

  it('leaves a job to be reported whose result is published, on the queue or lost from it', async () => {
    const node = await aQueuedCampaign(2);
    for (const id of [1, 2]) {
      const path = resultPathOf(String(readRow(node.workflow, id)['job_dir']), 1);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, '{}');
    }
    await (await node.queue.getJob('c2-a1'))?.remove();
    expect(resultsOf(await cancelAll(node))).toEqual(['finished', 'finished']);
    expect(await audit(node)).toMatchObject({ cancelled: 0, readded: 1 });
    expect((await node.waiting()).toSorted()).toEqual(['c1-a1', 'c2-a1']);
  });

  it('keeps a result that is computed meanwhile, and forgets the request', async () => {
    const node = await aQueuedCampaign(1);
    const { campaignId } = node.workflow;
    const hand = aHand(server.address, campaignId, { jobRoot: node.jobRoot });
    const records = listCancellable(node.workflow, { statuses: ['running'], ids: null });
    await hand.end({ kind: 'completed' });
    const options = { lane: 'default', reason: 'why', noticeSeconds: 0 };
    expect(resultsOf(await cancel(node.workflow, node, records, options))).toEqual(['finished']);
    await sweepFinished(node.workflow, node.redis, {
      rulesOf: rowOf,
      lane: 'default',
      jobRoot: node.jobRoot,
      log: silentLog,
    });
    expect(readRow(node.workflow, 1)).toMatchObject({ status: 'completed', error_message: null });
    expect(await audit(node)).toMatchObject({ cancelled: 0 });
    expect(await requestsOf(node)).toEqual({});
    // Chosen before it was settled, cancelled behind that: nothing happens any more.
    expect(resultsOf(await cancel(node.workflow, node, records, options))).toEqual(['changed']);
    expect(readRow(node.workflow, 1)).toMatchObject({ status: 'completed' });
  });

  it('a failure that comes before the stop counts, and is not tried again', async () => {
    const node = await aQueuedCampaign(1);
    const hand = aHand(server.address, node.workflow.campaignId, { jobRoot: node.jobRoot });
    await cancelAll(node, 'why', true);
    await hand.end({ kind: 'failed', class: 'scf_not_converged', reason: 'no', retryable: true });
    const policy = parseRetryPolicy({});
    const limits = {
      maxPerRecord: 4,
      maxFailCount: null,
      backoffFirstSeconds: 30,
      backoffLongestSeconds: 3600,
    };
    await sweepFinished(node.workflow, node.redis, {
      rulesOf: rowOf,
      lane: 'default',
      jobRoot: node.jobRoot,
      log: silentLog,
      afterFailure: {
        decideRetry: (situation) => decideRetry(policy, limits, situation, 0.5),
        stopAfter: 0,
        isOneMachine: false,
        rulesOf: rowOf,
      },
    });
    expect(readRow(node.workflow, 1)).toMatchObject({ status: 'failed', error_message: 'no', fail_count: 1 });
    expect(listAttempts(node.workflow, 1)).toHaveLength(1);
  });

  it("leaves another tool's running record alone", async () => {
    const node = await makeLoginNode(server.address, [{}]);
    node.workflow.db.exec(`update structures set status = 'running', worker_id = '4711'`);
    expect(await cancelAll(node)).toEqual([{ id: 1, jobId: null, result: 'foreign' }]);
    expect(readRow(node.workflow, 1)).toMatchObject({ status: 'running', worker_id: '4711' });
  });
});
