import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { queuePrefix } from '../../core/job/queue-names.ts';
import { auditQueue } from '../../producer/audit/audit-queue.ts';
import { enqueue } from '../../producer/enqueue.ts';
import { sweepFinished } from '../../reconciler/sweep-finished.ts';
import { letOrcaEnd, startConsumer, type TestConsumer } from '../consumer/start-consumer.ts';
import { aSelection, type LoginNode, makeLoginNode, silentLog } from '../producer/a-campaign.ts';
import { useRedis } from '../support/use-redis.ts';
import { listAttempts } from '../workflow/list-attempts.ts';
import { readRow } from '../workflow/sample-workflow.ts';
import { rowOf } from '../../orca/failures/catalogue.ts';

const server = useRedis();

const locks = { lockSeconds: 30, renewSeconds: 0.2 };
const keyOf = (node: LoginNode, name: string): string =>
  `${queuePrefix(node.workflow.campaignId)}:default:${name}`;
const sweep = (node: LoginNode) =>
  sweepFinished(node.workflow, node.redis, {
    rulesOf: rowOf,
    lane: 'default',
    jobRoot: node.jobRoot,
    log: silentLog,
  });
const audit = (node: LoginNode) => auditQueue(node.workflow, node.queue, node.redis, { lane: 'default' });
const jobDirOf = (node: LoginNode, recordId: number): string => join(node.jobRoot, `job_${recordId}`);

/** A campaign of `count` records whose first job runs on a consumer, and waits to be let go. */
async function aRunningCampaign(count: number): Promise<{ node: LoginNode; consumer: TestConsumer }> {
  const node = await makeLoginNode(
    server.address,
    Array.from({ length: count }, () => ({})),
  );
  await enqueue(node.workflow, node.queue, aSelection(), node.batch);
  const campaign = { id: node.workflow.campaignId, jobRoot: node.jobRoot };
  const consumer = startConsumer(server.address, campaign, 'orca-waiting', { locks, idleTimeoutSeconds: 60 });
  await consumer.logged('job started');
  return { node, consumer };
}

/** What serve does, until every attempt is settled. */
async function keepUntilSettled(node: LoginNode): Promise<void> {
  const open = node.workflow.db
    .prepare<[], number>('select count(*) from oact_attempts where settled_at is null')
    .pluck();
  await expect
    .poll(
      async () => {
        await sweep(node);
        await audit(node);
        return open.get();
      },
      { timeout: 40_000, interval: 200 },
    )
    .toBe(0);
}

describe('somebody works on the queue by hand while the campaign runs: afterwards every row is right', () => {
  it.each<[string, (node: LoginNode) => Promise<unknown>]>([
    ['drains it', (node) => node.queue.drain(true)],
    ['obliterates it', (node) => node.queue.obliterate({ force: true })],
    ['empties the whole Redis', (node) => node.redis.flushall()],
    ['removes waiting jobs', async (node) => (await node.queue.getJob('c2-a1'))?.remove()],
    [
      'deletes the data of a waiting job',
      (node) => node.redis.del(keyOf(node, 'c2-a1'), keyOf(node, 'c3-a1')),
    ],
    ['deletes the list of waiting jobs', (node) => node.redis.del(keyOf(node, 'wait'))],
    ['deletes the list of running jobs', (node) => node.redis.del(keyOf(node, 'active'))],
    [
      'adds ids that do not exist, some of them only digits',
      (node) => node.redis.rpush(keyOf(node, 'wait'), '17', 'c99-a1', 'meta'),
    ],
    ['adds jobs of their own', (node) => node.queue.add('mine', { v: 1 }, { jobId: 'c2-a7', lifo: true })],
    ['adds a job that numbers itself', (node) => node.queue.add('mine', 'no payload', { lifo: true })],
    [
      'delays a job for a day, and promotes it again',
      async (node) => {
        await node.redis.lrem(keyOf(node, 'wait'), 0, 'c2-a1');
        await node.redis.zadd(keyOf(node, 'delayed'), (Date.now() + 86_400_000) * 4096, 'c2-a1');
        await (await node.queue.getJob('c2-a1'))?.promote();
      },
    ],
  ])(
    '%s',
    async (_, act) => {
      const { node } = await aRunningCampaign(3);
      await act(node);
      await audit(node);
      for (const recordId of [1, 2, 3]) letOrcaEnd(jobDirOf(node, recordId));
      await keepUntilSettled(node);
      for (const recordId of [1, 2, 3]) {
        expect(readRow(node.workflow, recordId)).toMatchObject({ status: 'completed', fail_count: 0 });
        expect(listAttempts(node.workflow, recordId)).toMatchObject([{ attempt: 1, outcome: 'completed' }]);
      }
      expect(await node.queue.getJobCountByTypes('wait', 'active', 'delayed', 'completed')).toBe(0);
    },
    60_000,
  );

  it('deletes the data of a job that is fetched before anybody notices: it is run all the same', async () => {
    const node = await makeLoginNode(server.address, [{}]);
    await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    await node.redis.del(keyOf(node, 'c1-a1'));
    const campaign = { id: node.workflow.campaignId, jobRoot: node.jobRoot };
    const first = startConsumer(server.address, campaign, 'orca-good');
    expect((await first.report).endings).toEqual({ refused: 1 });
    expect(await sweep(node)).toMatchObject({ settled: 0, foreign: 0 });
    expect(await audit(node)).toMatchObject({ readded: 1 });
    const second = startConsumer(server.address, campaign, 'orca-good');
    expect((await second.report).endings).toEqual({ completed: 1 });
    await keepUntilSettled(node);
    expect(readRow(node.workflow, 1)).toMatchObject({ status: 'completed', fail_count: 0 });
  }, 30_000);

  it('retries a failed job before it is settled: it fails again from disk, and counts once', async () => {
    const node = await makeLoginNode(server.address, [{}]);
    await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    const campaign = { id: node.workflow.campaignId, jobRoot: node.jobRoot };
    const first = startConsumer(server.address, campaign, 'orca-failing');
    expect((await first.report).endings).toEqual({ failed: 1 });
    await (await node.queue.getJob('c1-a1'))?.retry();
    const second = startConsumer(server.address, campaign, 'orca-good');
    expect((await second.report).endings).toEqual({ failed: 1 });
    await keepUntilSettled(node);
    expect(readRow(node.workflow, 1)).toMatchObject({ status: 'failed', fail_count: 1 });
  }, 30_000);
});

describe('the existing tools change a record while oact runs it', () => {
  it('reset: ORCA is stopped, attempt 2 runs, and attempt 1 changes nothing', async () => {
    const { node, consumer } = await aRunningCampaign(1);
    node.workflow.db.prepare("update structures set status = 'to_run' where id = 1").run();
    expect(await audit(node)).toMatchObject({ overruled: 1, withdrawn: 1 });
    await consumer.logged(/lock lost/);
    await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    await consumer.logged('job started', 2);
    letOrcaEnd(jobDirOf(node, 1));
    await keepUntilSettled(node);
    expect(readRow(node.workflow, 1)).toMatchObject({ status: 'completed', fail_count: 0 });
    expect(listAttempts(node.workflow, 1)).toMatchObject([
      { attempt: 1, outcome: 'stale' },
      { attempt: 2, outcome: 'completed' },
    ]);
  }, 40_000);

  it('reset and claimed again before the audit: the late answer of attempt 1 changes nothing', async () => {
    const { node, consumer } = await aRunningCampaign(1);
    node.workflow.db.prepare("update structures set status = 'to_run', fail_count = 1 where id = 1").run();
    await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    letOrcaEnd(jobDirOf(node, 1));
    await consumer.logged('job finished', 2);
    await keepUntilSettled(node);
    expect(readRow(node.workflow, 1)).toMatchObject({ status: 'completed', fail_count: 1 });
    expect(listAttempts(node.workflow, 1)).toMatchObject([
      { attempt: 1, outcome: 'stale' },
      { attempt: 2, outcome: 'completed' },
    ]);
  }, 40_000);

  it('deleted: ORCA is stopped and nothing of it comes back', async () => {
    const { node, consumer } = await aRunningCampaign(2);
    node.workflow.db.prepare('delete from structures where id = 1').run();
    expect(await audit(node)).toMatchObject({ overruled: 1, withdrawn: 1 });
    await consumer.logged(/lock lost/);
    letOrcaEnd(jobDirOf(node, 2));
    await keepUntilSettled(node);
    expect(readRow(node.workflow, 1)).toEqual({});
    expect(listAttempts(node.workflow, 1)).toMatchObject([
      { outcome: 'stale', reason: 'the record was deleted' },
    ]);
    expect(readRow(node.workflow, 2)).toMatchObject({ status: 'completed' });
  }, 40_000);
});
