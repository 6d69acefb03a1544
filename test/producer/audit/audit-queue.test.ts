import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { queuePrefix } from '../../../core/job/queue-names.ts';
import { auditQueue, type AuditReport } from '../../../producer/audit/audit-queue.ts';
import { enqueue } from '../../../producer/enqueue.ts';
import { claimJobs } from '../../../workflow/attempts/claim-jobs.ts';
import { recordBatch } from '../../../workflow/attempts/batches.ts';
import { settleJobs } from '../../../workflow/attempts/settle-jobs.ts';
import { aHand } from '../../reconciler/finish-job.ts';
import { useRedis } from '../../support/use-redis.ts';
import { listAttempts } from '../../workflow/list-attempts.ts';
import { readRow } from '../../workflow/sample-workflow.ts';
import { aSelection, type LoginNode, makeLoginNode } from '../a-campaign.ts';

const redis = useRedis();

const uranyls = (count: number): object[] => Array.from({ length: count }, () => ({}));
const audit = (node: LoginNode, isDryRun = false): Promise<AuditReport> =>
  auditQueue(node.workflow, node.queue, node.redis, { lane: 'default', isDryRun });
/** A report of an audit that changed nothing but this. */
const aReport = (checked: number, changes: Partial<AuditReport> = {}): AuditReport => ({
  checked,
  readded: 0,
  refused: 0,
  postponed: 0,
  overruled: 0,
  misjudged: 0,
  withdrawn: 0,
  released: 0,
  cancelled: 0,
  ...changes,
});
const keyOf = (node: LoginNode, name: string): string =>
  `${queuePrefix(node.workflow.campaignId)}:default:${name}`;

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
    expect(await audit(node)).toEqual(aReport(2, { readded: 1 }));
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
    const node = await makeLoginNode(redis.address, uranyls(5));
    await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    const hand = aHand(redis.address, node.workflow.campaignId, { jobRoot: node.jobRoot });
    await hand.end({ kind: 'completed' });
    await hand.fail('scf_not_converged: no');
    await (await hand.take()).moveToDelayed(Date.now() + 3_600_000, 'hand');
    await hand.take();
    expect(await audit(node)).toEqual(aReport(5));
    expect(await audit(node)).toEqual(aReport(5));
    const counts = await node.queue.getJobCounts('completed', 'failed', 'delayed', 'active', 'waiting');
    expect(counts).toEqual({ completed: 1, failed: 1, delayed: 1, active: 1, waiting: 1 });
  });

  it('fills a Redis that came back empty, page by page', async () => {
    const node = await makeLoginNode(redis.address, uranyls(620));
    await enqueue(node.workflow, node.queue, aSelection({ batchSize: 620 }), node.batch);
    await node.queue.obliterate({ force: true });
    expect(await node.queue.getWaitingCount()).toBe(0);
    expect(await audit(node)).toEqual(aReport(620, { readded: 620 }));
    expect(await node.queue.getWaitingCount()).toBe(620);
    expect((await audit(node)).readded).toBe(0);
  });

  it('leaves settled attempts alone', async () => {
    const node = await makeLoginNode(redis.address, uranyls(1));
    claimWithoutAdding(node, [1]);
    settleJobs(node.workflow, [{ recordId: 1, attempt: 1, outcome: { kind: 'completed' }, result: null }]);
    expect(await audit(node)).toEqual(aReport(0));
  });

  it('settles an attempt whose record was spoilt, closes that of a deleted one, and goes on with the others', async () => {
    const node = await makeLoginNode(redis.address, uranyls(3));
    claimWithoutAdding(node, [1, 2, 3]);
    node.workflow.db.prepare('delete from structures where id = 1').run();
    node.workflow.db.prepare("update structures set geometry = 'nonsense' where id = 2").run();
    expect(await audit(node)).toEqual(aReport(2, { readded: 1, refused: 1, overruled: 1 }));
    expect(await node.waiting()).toEqual(['c3-a1']);
    expect(readRow(node.workflow, 2)).toMatchObject({ status: 'failed', fail_count: 0 });
    const attempts = node.workflow.db
      .prepare('select record_id, outcome, reason from oact_attempts where record_id <= 2 order by record_id')
      .all();
    expect(attempts).toEqual([
      { record_id: 1, outcome: 'stale', reason: 'the record was deleted' },
      { record_id: 2, outcome: 'failed', reason: expect.any(String) },
    ]);
    expect(await audit(node)).toEqual(aReport(1));
  });

  it('withdraws what no open attempt stands behind, waiting, delayed, prioritized or running', async () => {
    const node = await makeLoginNode(redis.address, uranyls(1));
    const add = (jobId: string, options: object = {}): Promise<unknown> =>
      node.queue.add('by hand', {}, { jobId, ...options });
    await add('c7-a1');
    const hand = aHand(redis.address, node.workflow.campaignId, { jobRoot: node.jobRoot });
    const running = await hand.take();
    await running.log('a line');
    await add('c1-a9');
    await add('strange id', { delay: 3_600_000 });
    await add('c8-a1', { priority: 5 });
    // Digits only: what BullMQ itself makes when nobody gives an id.
    const numbered = await node.queue.add('by hand', {});
    expect(numbered.id).toMatch(/^\d+$/);
    await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    expect(await audit(node)).toEqual(aReport(1, { withdrawn: 5 }));
    expect(await node.waiting()).toEqual(['c1-a1']);
    expect(await node.queue.getJobCountByTypes('delayed', 'prioritized', 'active')).toBe(0);
    expect((await node.redis.keys(keyOf(node, 'c7-a1*'))).toString()).toBe('');
    expect(await running.extendLock('hand', 60_000).catch(() => 0)).toBe(0);
    expect(await audit(node)).toEqual(aReport(1));
  });

  it('withdraws the job of an attempt that is settled already', async () => {
    const node = await makeLoginNode(redis.address, uranyls(1));
    await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    settleJobs(node.workflow, [{ recordId: 1, attempt: 1, outcome: { kind: 'completed' }, result: null }]);
    expect(await audit(node)).toEqual(aReport(0, { withdrawn: 1 }));
    expect(readRow(node.workflow, 1)).toMatchObject({ status: 'completed' });
  });

  it('leaves finished jobs to the sweep, whoever made them', async () => {
    const node = await makeLoginNode(redis.address, uranyls(1));
    await node.queue.add('by hand', {}, { jobId: 'c9-a1' });
    await aHand(redis.address, node.workflow.campaignId).fail('by hand');
    expect(await audit(node)).toEqual(aReport(0));
    expect(await (await node.queue.getJob('c9-a1'))?.getState()).toBe('failed');
  });

  it('does not take another key for a job', async () => {
    const node = await makeLoginNode(redis.address, uranyls(1));
    await node.queue.waitUntilReady();
    await node.redis.lpush(keyOf(node, 'wait'), 'meta', 'wait', 'events', 'nothing');
    await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    expect(await audit(node)).toEqual(aReport(1, { withdrawn: 4 }));
    expect(await node.waiting()).toEqual(['c1-a1']);
    expect(await node.redis.exists(keyOf(node, 'meta'), keyOf(node, 'events'))).toBe(2);
  });

  it('heals a job whose data were deleted, whose place was deleted, and one that stands there twice', async () => {
    const node = await makeLoginNode(redis.address, uranyls(4));
    await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    const hand = aHand(redis.address, node.workflow.campaignId, { jobRoot: node.jobRoot });
    await hand.take();
    await node.redis.lpush(keyOf(node, 'wait'), 'c1-a1');
    await node.redis.unlink(keyOf(node, 'c2-a1'));
    await node.redis.lrem(keyOf(node, 'wait'), 0, 'c3-a1');
    await node.redis.lpush(keyOf(node, 'wait'), 'c4-a1');
    expect(await audit(node)).toEqual(aReport(4, { readded: 2 }));
    expect((await node.waiting()).toSorted()).toEqual(['c2-a1', 'c3-a1', 'c4-a1']);
    expect(await node.redis.lrange(keyOf(node, 'active'), 0, -1)).toEqual(['c1-a1']);
    expect((await node.queue.getJob('c2-a1'))?.data).toMatchObject({ recordId: 2 });
    expect(await audit(node)).toEqual(aReport(4));
  });

  it('does not touch a running job that was pushed off its list while its lock lives', async () => {
    const node = await makeLoginNode(redis.address, uranyls(1));
    await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    await aHand(redis.address, node.workflow.campaignId).take();
    await node.redis.del(keyOf(node, 'active'));
    expect(await audit(node)).toEqual(aReport(1));
    await node.redis.del(keyOf(node, 'c1-a1:lock'));
    expect(await audit(node)).toEqual(aReport(1, { readded: 1 }));
  });

  it('says in a dry run what it would do, and does nothing', async () => {
    const node = await makeLoginNode(redis.address, uranyls(4));
    await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    await node.queue.add('by hand', {}, { jobId: 'c9-a1' });
    await (await node.queue.getJob('c2-a1'))?.remove();
    await node.redis.unlink(keyOf(node, 'c3-a1'));
    node.workflow.db.prepare("update structures set status = 'to_run' where id = 4").run();
    const before = await node.waiting();
    const expected = aReport(4, { readded: 2, overruled: 1, withdrawn: 2 });
    expect(await audit(node, true)).toEqual(expected);
    expect(await audit(node, true)).toEqual(expected);
    expect(await node.waiting()).toEqual(before);
    expect(listAttempts(node.workflow, 4)).toMatchObject([{ settledAt: null }]);
    expect(await audit(node)).toEqual({ ...expected, checked: 3 });
  });

  it('names a few jobs in one line per kind', async () => {
    const node = await makeLoginNode(redis.address, uranyls(1));
    for (let record = 1; record <= 20; record += 1)
      await node.queue.add('by hand', {}, { jobId: `c${record}-a7` });
    const lines: Record<string, unknown>[] = [];
    const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    await auditQueue(node.workflow, node.queue, node.redis, { lane: 'default', log });
    expect(lines).toMatchObject([
      { count: 20, jobIds: ['c20-a7', 'c19-a7', 'c18-a7', 'c17-a7', 'c16-a7'], msg: expect.any(String) },
    ]);
  });

  it('gives consumers time to notice that Redis came back empty, but not for what they never had', async () => {
    const node = await makeLoginNode(redis.address, uranyls(2));
    const auditWithNotice = (noticeSeconds: number): Promise<AuditReport> =>
      auditQueue(node.workflow, node.queue, node.redis, { lane: 'default', noticeSeconds });
    await enqueue(node.workflow, node.queue, aSelection({ ids: [{ from: 1, to: 1 }] }), node.batch);
    expect(await auditWithNotice(60)).toEqual(aReport(1));
    await node.redis.flushall();
    expect(await auditWithNotice(60)).toEqual(aReport(1, { postponed: 1 }));
    expect(await node.waiting()).toEqual([]);
    // Clocks of producers say nothing: that of the one that claimed it may have been an hour ahead.
    const ahead = new Date(Date.now() + 3_600_000).toISOString();
    node.workflow.db.prepare('update oact_attempts set queued_at = ?').run(ahead);
    expect(await auditWithNotice(60)).toEqual(aReport(1, { postponed: 1 }));
    claimWithoutAdding(node, [2]);
    expect(await auditWithNotice(60)).toEqual(aReport(2, { postponed: 1, readded: 1 }));
    expect(await node.waiting()).toEqual(['c2-a1']);
    // A job that is lost from a queue that is known comes back at once.
    await node.redis.set(keyOf(node, 'since'), Date.now() - 61_000);
    expect(await auditWithNotice(60)).toEqual(aReport(2, { readded: 1 }));
    expect((await node.waiting()).toSorted()).toEqual(['c1-a1', 'c2-a1']);
  });

  it('notes a queue anew whose mark comes from the future, so that nothing waits for a clock', async () => {
    const node = await makeLoginNode(redis.address, uranyls(1));
    claimWithoutAdding(node, [1]);
    await node.redis.set(keyOf(node, 'since'), Date.now() + 7_200_000);
    const audited = (noticeSeconds: number): Promise<AuditReport> =>
      auditQueue(node.workflow, node.queue, node.redis, { lane: 'default', noticeSeconds });
    expect(await audited(60)).toEqual(aReport(1, { postponed: 1 }));
    expect(Number(await node.redis.get(keyOf(node, 'since')))).toBeLessThanOrEqual(Date.now() + 1000);
    await expect.poll(() => audited(0.2)).toMatchObject({ readded: 1 });
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
