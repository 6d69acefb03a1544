import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parsePayload } from '../../core/job/payload.ts';
import { enqueue } from '../../producer/enqueue.ts';
import { selectJobs } from '../../producer/select-jobs.ts';
import { createSupply } from '../../producer/supply/create-supply.ts';
import { countByStatus } from '../../workflow/reports/count-by-status.ts';
import { listAttempts } from '../workflow/list-attempts.ts';
import { openWorkflow } from '../../workflow/database/open-workflow.ts';
import { settleJobs } from '../../workflow/attempts/settle-jobs.ts';
import { useRedis } from '../support/use-redis.ts';
import { aStructure, readRow } from '../workflow/sample-workflow.ts';
import { aSelection, type LoginNode, makeLoginNode } from './a-campaign.ts';

const redis = useRedis();

const uranyls = (count: number): object[] => Array.from({ length: count }, () => ({}));
/** A chain of hydrogen molecules: any even number of atoms. */
const chainOf = (atoms: number) => ({
  charge: 0,
  geometry: Array.from({ length: atoms }, (_, index) => `H 0 0 ${index}`).join('\n'),
});
const planReadOnly = async (node: LoginNode) => {
  const workflow = openWorkflow(node.workflow.path, { readOnly: true });
  onTestFinished(() => workflow.close());
  const supply = createSupply(workflow, aSelection());
  const kinds: string[] = [];
  for await (const page of selectJobs(workflow, aSelection(), node.batch, { pageSize: 500, supply }))
    kinds.push(...page.map(({ kind }) => kind));
  return [...kinds, ...supply.skipped().map(() => 'skipped')];
};
const idsIn = (jobIds: string[]): number[] => jobIds.map((id) => Number(/^c(\d+)-a1$/.exec(id)?.[1]));

describe('enqueue', () => {
  it('puts records on the queue as jobs that a consumer accepts, claimed in the database', async () => {
    const node = await makeLoginNode(redis.address, uranyls(3));
    const report = await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    expect(report).toEqual({ queued: 3, refused: [], skipped: [], leftOut: [], doubts: [], left: 0 });
    expect(await node.waiting()).toEqual(['c1-a1', 'c2-a1', 'c3-a1']);

    const job = await node.queue.getJob('c2-a1');
    expect(job?.name).toBe('UO2 · record 2 · attempt 1');
    expect(job?.opts).toMatchObject({ attempts: 1, removeOnComplete: false, removeOnFail: false });
    expect(parsePayload(job?.data)).toMatchObject({
      recordId: 2,
      attempt: 1,
      campaignId: node.workflow.campaignId,
      jobDir: 'job_2',
    });
    expect(readRow(node.workflow, 2)).toMatchObject({
      status: 'running',
      worker_id: null,
      fail_count: 0,
      job_dir: join(node.jobRoot, 'job_2'),
    });
    expect(listAttempts(node.workflow, 2)).toMatchObject([{ attempt: 1, jobId: 'c2-a1', settledAt: null }]);
  });

  it('takes the batch size for a total, however many pages and calls it needs', async () => {
    const node = await makeLoginNode(redis.address, uranyls(1203));
    const first = await enqueue(node.workflow, node.queue, aSelection({ batchSize: 1100 }), node.batch);
    expect(first.queued).toBe(1100);
    expect(await node.queue.getWaitingCount()).toBe(1100);
    const second = await enqueue(node.workflow, node.queue, aSelection({ batchSize: 1100 }), node.batch);
    expect(second.queued).toBe(103);
    expect(countByStatus(node.workflow)).toMatchObject({ running: 1203, to_run: 0 });
  });

  it('tells each job how long it is expected to take, where that is known', async () => {
    const node = await makeLoginNode(redis.address, uranyls(2));
    const expected = { medianSeconds: 60, upperSeconds: null };
    await enqueue(node.workflow, node.queue, aSelection(), node.batch, {
      expect: (ids) => new Map(ids.filter((id) => id === 2).map((id) => [id, expected])),
    });
    const said = await Promise.all(['c1-a1', 'c2-a1'].map((id) => node.queue.getJob(id)));
    expect(said.map((job) => parsePayload(job?.data).expected)).toEqual([null, expected]);
  });

  it('adds nothing twice when it is repeated', async () => {
    const node = await makeLoginNode(redis.address, uranyls(2));
    await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    const again = await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    expect(again).toEqual({ queued: 0, refused: [], skipped: [], leftOut: [], doubts: [], left: 0 });
    expect(await node.queue.getWaitingCount()).toBe(2);
    expect(listAttempts(node.workflow, 1)).toHaveLength(1);
  });

  it.each([
    ['id', [1, 2, 3, 4]],
    ['size', [3, 2, 4, 1]],
  ] as const)('takes records in the order of %s', async (order, ids) => {
    const node = await makeLoginNode(redis.address, [
      { ...chainOf(8), symbols: Array(8).fill('H') },
      { ...chainOf(4), symbols: Array(4).fill('H') },
      { ...chainOf(2), symbols: Array(2).fill('H') },
      { ...chainOf(6), symbols: Array(6).fill('H') },
    ]);
    await enqueue(node.workflow, node.queue, aSelection({ order }), node.batch);
    expect(idsIn(await node.waiting())).toEqual(ids);
  });

  it('takes all of them in any order by chance', async () => {
    const node = await makeLoginNode(redis.address, uranyls(60));
    await enqueue(node.workflow, node.queue, aSelection({ order: 'random' }), node.batch);
    const ids = idsIn(await node.waiting());
    const inOrder = Array.from({ length: 60 }, (_, index) => index + 1);
    expect(ids).not.toEqual(inOrder);
    expect(ids.toSorted((a, b) => a - b)).toEqual(inOrder);
  });

  it('takes only the wanted ids', async () => {
    const node = await makeLoginNode(redis.address, uranyls(20));
    const ids = [
      { from: 2, to: 4 },
      { from: 3, to: 5 },
      { from: 17, to: 17 },
      { from: 900, to: 999 },
    ];
    await enqueue(node.workflow, node.queue, aSelection({ ids }), node.batch);
    expect(idsIn(await node.waiting())).toEqual([2, 3, 4, 5, 17]);
  });

  it('counts atoms in the geometry, whatever the column says, and does not count the others as taken', async () => {
    const node = await makeLoginNode(redis.address, [
      { ...chainOf(2), symbols: Array(50).fill('H') },
      { ...chainOf(4), symbols: ['H'] },
      { ...chainOf(6), symbols: [] },
      { ...chainOf(8), symbols: ['U'] },
      { ...chainOf(4) },
    ]);
    node.workflow.db.exec(`delete from oact_meta where key = 'sizes_counted_to'`);
    const selection = aSelection({ minAtoms: 4, maxAtoms: 6, batchSize: 3 });
    const report = await enqueue(node.workflow, node.queue, selection, node.batch);
    expect(report).toMatchObject({ queued: 3, refused: [], left: 0 });
    expect(report.skipped).toContainEqual({ recordId: 1, cause: 'size', reason: 'it has 2 atoms' });
    expect(idsIn(await node.waiting())).toEqual([2, 3, 5]);
    expect(readRow(node.workflow, 1)).toMatchObject({ status: 'to_run' });
  });

  it('leaves records alone that failed too often', async () => {
    const node = await makeLoginNode(redis.address, uranyls(4));
    for (const [id, count] of [
      [1, 2],
      [2, 3],
      [3, 9],
    ]) {
      node.workflow.db.prepare('update structures set fail_count = ? where id = ?').run(count, id);
    }
    const report = await enqueue(node.workflow, node.queue, aSelection({ maxFailCount: 3 }), node.batch);
    expect(report).toMatchObject({ queued: 2, refused: [], left: 0 });
    expect(report.skipped.toSorted((a, b) => a.recordId - b.recordId)).toEqual([
      { recordId: 2, cause: 'fail_cap', reason: 'it has failed 3 times, and the limit is 3' },
      { recordId: 3, cause: 'fail_cap', reason: 'it has failed 9 times, and the limit is 3' },
    ]);
    expect(idsIn(await node.waiting())).toEqual([1, 4]);
    expect(readRow(node.workflow, 3)).toMatchObject({ status: 'to_run', fail_count: 9 });
  });

  it('settles what no calculation can be made of once, with the reason, and charges no failure', async () => {
    const node = await makeLoginNode(redis.address, [{}, { multiplicity: 2 }, { geometry: 'nonsense' }, {}]);
    const report = await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    expect(report.queued).toBe(2);
    expect(report.refused.map((refused) => refused.recordId)).toEqual([2, 3]);
    expect(readRow(node.workflow, 2)).toMatchObject({
      status: 'failed',
      fail_count: 0,
      error_message: expect.stringContaining('cannot have multiplicity 2'),
    });
    expect(listAttempts(node.workflow, 2)).toMatchObject([
      { outcome: 'failed', class: 'input_structure', retryable: false },
    ]);
    const again = await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    expect(again).toEqual({ queued: 0, refused: [], skipped: [], leftOut: [], doubts: [], left: 0 });
    expect(listAttempts(node.workflow, 2)).toHaveLength(1);
  });

  it('counts refused records as part of the batch', async () => {
    const node = await makeLoginNode(redis.address, [{ multiplicity: 2 }, {}, {}, {}]);
    const report = await enqueue(node.workflow, node.queue, aSelection({ batchSize: 2 }), node.batch);
    expect([report.queued, report.refused.length]).toEqual([1, 1]);
  });

  it('honours a marker in the job directory, and leaves it there', async () => {
    const node = await makeLoginNode(redis.address, uranyls(2));
    const marker = join(node.jobRoot, 'job_1', '.do_not_rerun.json');
    mkdirSync(join(node.jobRoot, 'job_1'), { recursive: true });
    writeFileSync(marker, '{"failure_reason": "SCF hopeless"}');
    const report = await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    expect(report.queued).toBe(1);
    expect(readRow(node.workflow, 1)).toMatchObject({
      status: 'failed',
      fail_count: 0,
      error_message: 'Blocked by .do_not_rerun.json marker: SCF hopeless',
    });
    expect(listAttempts(node.workflow, 1)).toMatchObject([{ class: 'blocked' }]);
    expect(readFileSync(marker, 'utf8')).toContain('SCF hopeless');
  });

  it('skips records that would share a directory, unless the pattern or the database keeps them apart', async () => {
    const shared = [{ origIndex: 5 }, { origIndex: 5, charge: 0, multiplicity: 3 }, { origIndex: 6 }];
    const node = await makeLoginNode(redis.address, shared);
    const byIndex = { ...node.batch, jobDirPattern: 'job_{orig_index}' };
    const report = await enqueue(node.workflow, node.queue, aSelection(), byIndex);
    expect(report.queued).toBe(1);
    expect(report.skipped.map((skipped) => skipped.recordId)).toEqual([1, 2]);
    expect(report.skipped[0]?.reason).toContain('use a pattern with {id}');
    expect(readRow(node.workflow, 1)).toMatchObject({ status: 'to_run', job_dir: null });

    // A relative path of another tool keeps nothing apart: oact does not use it.
    const setJobDir = node.workflow.db.prepare('update structures set job_dir = ? where id = 1');
    setJobDir.run('jobs/job_5');
    expect((await enqueue(node.workflow, node.queue, aSelection(), byIndex)).queued).toBe(0);
    // Nor does the shared directory itself.
    setJobDir.run(join(node.jobRoot, 'job_5'));
    expect((await enqueue(node.workflow, node.queue, aSelection(), byIndex)).queued).toBe(0);
    setJobDir.run(join(node.jobRoot, 'own_directory'));
    expect((await enqueue(node.workflow, node.queue, aSelection(), byIndex)).queued).toBe(1);
    expect((await enqueue(node.workflow, node.queue, aSelection(), node.batch)).queued).toBe(1);
    expect(countByStatus(node.workflow)).toMatchObject({ running: 3 });
  });

  it('does not count skipped records as part of the batch', async () => {
    const node = await makeLoginNode(redis.address, uranyls(4));
    node.workflow.db.prepare("update structures set job_dir = '/elsewhere/job' where id <= 2").run();
    const report = await enqueue(node.workflow, node.queue, aSelection({ batchSize: 2 }), node.batch);
    expect(report.queued).toBe(2);
    expect(report.skipped).toHaveLength(2);
    expect(idsIn(await node.waiting())).toEqual([3, 4]);
  });

  it('gives a record that was reset its next attempt, with a job of its own', async () => {
    const node = await makeLoginNode(redis.address, uranyls(1));
    await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    const outcome = { kind: 'failed', class: 'x', reason: 'x', retryable: true } as const;
    settleJobs(node.workflow, [{ recordId: 1, attempt: 1, outcome, result: null }]);
    node.workflow.db.prepare("update structures set status = 'to_run' where id = 1").run();
    await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    expect(await node.waiting()).toEqual(['c1-a1', 'c1-a2']);
  });

  it('stops between pages when it is told to, and says how far it was', async () => {
    const node = await makeLoginNode(redis.address, uranyls(3200));
    const stop = new AbortController();
    const seen: number[] = [];
    const report = await enqueue(node.workflow, node.queue, aSelection({ batchSize: 3200 }), node.batch, {
      signal: stop.signal,
      onProgress: (done) => {
        seen.push(done);
        stop.abort();
      },
    });
    expect(seen.at(-1)).toBe(report.queued);
    expect(report.queued).toBeLessThan(3200);
    expect(await node.queue.getWaitingCount()).toBe(report.queued);
    expect(countByStatus(node.workflow).running).toBe(report.queued);
  });
});

describe('planning without claiming (a dry run)', () => {
  it('tells what would be queued, refused and skipped, and changes not a byte', async () => {
    const node = await makeLoginNode(redis.address, [{}, { multiplicity: 2 }, aStructure(2)]);
    node.workflow.db.prepare("update structures set job_dir = '/elsewhere/job' where id = 3").run();
    const before = readFileSync(node.workflow.path);
    const { mtimeMs } = statSync(node.workflow.path);
    expect(await planReadOnly(node)).toEqual(['job', 'refused', 'skipped']);
    expect(readFileSync(node.workflow.path).equals(before)).toBe(true);
    expect(statSync(node.workflow.path).mtimeMs).toBe(mtimeMs);
    expect(await node.redis.keys(`{oact-${node.workflow.campaignId}}:default:c*`)).toEqual([]);
  });
});
