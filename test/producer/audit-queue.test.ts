import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queuePrefix } from '../../core/queue-names.ts';
import { auditQueue } from '../../producer/audit-queue.ts';
import { enqueue } from '../../producer/enqueue.ts';
import { claimJobs } from '../../workflow/claim-jobs.ts';
import { recordBatch } from '../../workflow/record-batch.ts';
import { settleJobs } from '../../workflow/settle-jobs.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { readRow } from '../workflow/sample-workflow.ts';
import { aSelection, type LoginNode, makeLoginNode } from './a-campaign.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());

const uranyls = (count: number): object[] => Array.from({ length: count }, () => ({}));
const audit = (node: LoginNode) => auditQueue(node.workflow, node.queue, node.redis, 'default');

/** What a producer leaves that died right after its transaction. */
function claimWithoutAdding(node: LoginNode, ids: number[], changes: object = {}): void {
  const batchId = recordBatch(node.workflow, { ...node.batch, ...changes });
  claimJobs(node.workflow, { ids, batchId });
}

describe('auditQueue', () => {
  it('adds what a producer claimed and never added, exactly as it would have been', async () => {
    const node = await makeLoginNode(redis.address, uranyls(3));
    await enqueue(node.workflow, node.queue, aSelection({ ids: [{ from: 1, to: 1 }] }), node.batch);
    claimWithoutAdding(node, [2], { timeLimitSeconds: 77 });
    expect(await audit(node)).toEqual({ checked: 2, readded: 1, refused: 0 });
    expect(await node.waiting()).toEqual(['c1-a1', 'c2-a1']);

    const [first, second] = await Promise.all([node.queue.getJob('c1-a1'), node.queue.getJob('c2-a1')]);
    expect(second?.data).toEqual({
      ...first?.data,
      recordId: 2,
      jobDir: String(first?.data.jobDir).replace('job_1', 'job_2'),
      timeLimitSeconds: 77,
    });
    expect(second?.opts).toMatchObject({ attempts: 1, removeOnComplete: false, removeOnFail: false });
  });

  it('changes nothing when nothing is lost, in whatever state the jobs are', async () => {
    const node = await makeLoginNode(redis.address, uranyls(2));
    await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    await node.redis.lrem(`${queuePrefix(node.workflow.campaignId)}:default:wait`, 1, 'c1-a1');
    expect(await audit(node)).toEqual({ checked: 2, readded: 0, refused: 0 });
    expect(await audit(node)).toEqual({ checked: 2, readded: 0, refused: 0 });
  });

  it('fills a Redis that came back empty, page by page', async () => {
    const node = await makeLoginNode(redis.address, uranyls(620));
    await enqueue(node.workflow, node.queue, aSelection({ batchSize: 620 }), node.batch);
    await node.queue.obliterate({ force: true });
    expect(await node.queue.getWaitingCount()).toBe(0);
    expect(await audit(node)).toEqual({ checked: 620, readded: 620, refused: 0 });
    expect(await node.queue.getWaitingCount()).toBe(620);
    expect((await audit(node)).readded).toBe(0);
  });

  it('leaves settled attempts alone', async () => {
    const node = await makeLoginNode(redis.address, uranyls(1));
    claimWithoutAdding(node, [1]);
    settleJobs(node.workflow, [{ recordId: 1, attempt: 1, outcome: { kind: 'completed' }, result: null }]);
    expect(await audit(node)).toEqual({ checked: 0, readded: 0, refused: 0 });
  });

  it('settles an attempt whose record was deleted or spoilt, once, and goes on with the others', async () => {
    const node = await makeLoginNode(redis.address, uranyls(3));
    claimWithoutAdding(node, [1, 2, 3]);
    node.workflow.db.prepare('delete from structures where id = 1').run();
    node.workflow.db.prepare("update structures set geometry = 'nonsense' where id = 2").run();
    expect(await audit(node)).toEqual({ checked: 3, readded: 1, refused: 2 });
    expect(await node.waiting()).toEqual(['c3-a1']);
    expect(readRow(node.workflow, 2)).toMatchObject({ status: 'failed', fail_count: 0 });
    const attempts = node.workflow.db
      .prepare('select record_id, outcome, reason from oact_attempts where record_id <= 2 order by record_id')
      .all();
    expect(attempts).toEqual([
      { record_id: 1, outcome: 'failed', reason: 'the record was deleted' },
      { record_id: 2, outcome: 'failed', reason: expect.any(String) },
    ]);
    expect(await audit(node)).toEqual({ checked: 1, readded: 0, refused: 0 });
  });

  it('may run beside an enqueue: no job comes twice', async () => {
    const node = await makeLoginNode(redis.address, uranyls(600));
    const [report] = await Promise.all([
      enqueue(node.workflow, node.queue, aSelection({ batchSize: 600 }), node.batch),
      audit(node),
    ]);
    await audit(node);
    expect(report.queued).toBe(600);
    const waiting = await node.waiting();
    expect(waiting).toHaveLength(600);
    expect(new Set(waiting).size).toBe(600);
  });
});
