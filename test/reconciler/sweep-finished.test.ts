import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { noteFault, noteHandBack, parseHistory } from '../../core/job/job-history.ts';
import { parsePayload } from '../../core/job/payload.ts';
import { queuePrefix } from '../../core/job/queue-names.ts';
import { enqueue } from '../../producer/enqueue.ts';
import { sweepFinished } from '../../reconciler/sweep-finished.ts';
import { settleJobs } from '../../workflow/attempts/settle-jobs.ts';
import { aSelection, type LoginNode, makeLoginNode, silentLog } from '../producer/a-campaign.ts';
import { useRedis } from '../support/use-redis.ts';
import { listAttempts } from '../workflow/list-attempts.ts';
import { aResult, readRow } from '../workflow/sample-workflow.ts';
import { aHand, type Hand } from './finish-job.ts';
import { rowOf } from '../../orca/failures/catalogue.ts';

const server = useRedis();

const completed = { kind: 'completed' } as const;
const notConverged = {
  kind: 'failed',
  class: 'scf_not_converged',
  reason: 'SCF NOT CONVERGED AFTER 125 CYCLES',
  retryable: true,
} as const;
const aSource = { node: 'n1', start: 1, now: new Date() };
const timedOut = { kind: 'timed_out', reason: 'Job exceeded 60s timeout' } as const;

/** A login node with `count` uranyls on the queue, and a hand that ends them in the order of their ids. */
async function aBusyCampaign(count: number): Promise<{ node: LoginNode; hand: Hand }> {
  const node = await makeLoginNode(
    server.address,
    Array.from({ length: count }, () => ({})),
  );
  await enqueue(node.workflow, node.queue, aSelection({ batchSize: count }), node.batch);
  return { node, hand: aHand(server.address, node.workflow.campaignId, { jobRoot: node.jobRoot }) };
}
/** Waits for no result file, unless told to. */
const sweep = (node: LoginNode, fileWaitMs = 0) =>
  sweepFinished(node.workflow, node.redis, {
    rulesOf: rowOf,
    lane: 'default',
    jobRoot: node.jobRoot,
    log: silentLog,
    fileWaitMs,
  });
const finishedOf = async (node: LoginNode): Promise<number> => {
  const counts = await node.queue.getJobCounts('completed', 'failed');
  return (counts['completed'] ?? 0) + (counts['failed'] ?? 0);
};

describe('sweepFinished', () => {
  it('writes each ending to its row, keeps the attempt, and takes the job off the queue', async () => {
    const { node, hand } = await aBusyCampaign(4);
    await hand.end(completed);
    await hand.end(notConverged);
    await hand.end(timedOut);
    expect(await sweep(node)).toMatchObject({ settled: 3, stale: 0, foreign: 0, awaited: 0 });

    expect(readRow(node.workflow, 1)).toMatchObject({
      status: 'completed',
      final_energy: -626.605298577892,
      max_forces: 0.000137424,
      scf_steps: 128,
      wall_time: 195.373,
      n_cores: 4,
      error_message: null,
      fail_count: 0,
    });
    expect(readRow(node.workflow, 2)).toMatchObject({
      status: 'failed',
      error_message: 'SCF NOT CONVERGED AFTER 125 CYCLES',
      fail_count: 1,
    });
    expect(readRow(node.workflow, 3)).toMatchObject({
      status: 'timeout',
      error_message: 'Job exceeded 60s timeout',
      fail_count: 0,
    });
    expect(readRow(node.workflow, 4)).toMatchObject({ status: 'running' });
    expect(listAttempts(node.workflow, 2)).toMatchObject([
      {
        outcome: 'failed',
        class: 'scf_not_converged',
        retryable: true,
        node: 'node7',
        slot: 3,
        cores: [24, 25, 26, 27],
        elapsedSeconds: 200.5,
      },
    ]);
    expect(await finishedOf(node)).toBe(0);
    expect(await node.queue.getJob('c1-a1')).toBeUndefined();
    expect(await node.waiting()).toEqual(['c4-a1']);
  });

  it('has nothing to do a second time', async () => {
    const { node, hand } = await aBusyCampaign(1);
    await hand.end(notConverged);
    await sweep(node);
    expect(await sweep(node)).toMatchObject({ settled: 0, stale: 0, foreign: 0, awaited: 0 });
    expect(readRow(node.workflow, 1)).toMatchObject({ fail_count: 1 });
  });

  it('charges a failure once when it dies between the commit and the removal', async () => {
    const { node, hand } = await aBusyCampaign(2);
    const result = await hand.end(notConverged);
    await hand.end(completed);
    // What the first sweep had committed before it was killed.
    settleJobs(node.workflow, [{ recordId: 1, attempt: 1, outcome: notConverged, result }]);
    expect(await sweep(node)).toMatchObject({ settled: 1, stale: 1, foreign: 0, awaited: 0 });
    expect(readRow(node.workflow, 1)).toMatchObject({ status: 'failed', fail_count: 1 });
    expect(await finishedOf(node)).toBe(0);
  });

  it('removes no job before its row is committed', async () => {
    const { node, hand } = await aBusyCampaign(1);
    await hand.end(completed);
    node.workflow.db.exec(
      "create trigger refuse before update on structures begin select raise(abort, 'the disk says no'); end",
    );
    await expect(sweep(node)).rejects.toThrow('the disk says no');
    expect(await finishedOf(node)).toBe(1);
    expect(listAttempts(node.workflow, 1)).toMatchObject([{ settledAt: null }]);
    node.workflow.db.exec('drop trigger refuse');
    expect(await sweep(node)).toMatchObject({ settled: 1 });
  });

  it('takes a late answer of an attempt that was overtaken for stale', async () => {
    const { node, hand } = await aBusyCampaign(1);
    const late = await hand.take();
    node.workflow.db.prepare("update structures set status = 'to_run' where id = 1").run();
    await enqueue(node.workflow, node.queue, aSelection(), node.batch);
    await late.moveToFailed(new Error('scf_not_converged: late'), 'hand', false);
    expect(await sweep(node)).toMatchObject({ settled: 0, stale: 1, foreign: 0, awaited: 0 });
    expect(readRow(node.workflow, 1)).toMatchObject({
      status: 'running',
      fail_count: 0,
      error_message: null,
    });
    expect(await node.waiting()).toEqual(['c1-a2']);
  });

  it('believes the published file of a failed job, and the queue when there is none or it is spoilt', async () => {
    const { node, hand } = await aBusyCampaign(3);
    await hand.end(notConverged);
    await hand.end(notConverged);
    rmSync(join(node.jobRoot, 'job_1'), { recursive: true });
    writeFileSync(join(node.jobRoot, 'job_2', 'attempt-1', 'result.json'), '{"v":');
    await hand.fail('payload_refused: the payload has version 2');
    expect(await sweep(node)).toMatchObject({ settled: 3, stale: 0, foreign: 0, awaited: 0 });
    for (const recordId of [1, 2]) {
      expect(readRow(node.workflow, recordId)).toMatchObject({
        status: 'failed',
        error_message: 'SCF NOT CONVERGED AFTER 125 CYCLES',
        fail_count: 1,
      });
      expect(listAttempts(node.workflow, recordId)).toMatchObject([
        { class: 'scf_not_converged', node: null },
      ]);
    }
    expect(readRow(node.workflow, 3)).toMatchObject({
      status: 'failed',
      error_message: 'the payload has version 2',
      fail_count: 0,
    });
  });

  it('believes no return value over the published file, whoever wrote it', async () => {
    const { node, hand } = await aBusyCampaign(2);
    const result = await hand.end(completed);
    const base = `${queuePrefix(node.workflow.campaignId)}:default:`;
    const metrics = { ...result.metrics, finalEnergyHartree: -1e6 };
    await node.redis.hset(`${base}c1-a1`, 'returnvalue', JSON.stringify({ ...result, metrics }));
    const forged = await hand.take();
    await forged.moveToCompleted({ ...result, recordId: 2 }, 'hand', false);
    expect(await sweep(node)).toMatchObject({ settled: 2, foreign: 0 });
    expect(readRow(node.workflow, 1)).toMatchObject({ final_energy: result.metrics.finalEnergyHartree });
    expect(readRow(node.workflow, 2)).toMatchObject({ status: 'failed', final_energy: null, fail_count: 0 });
  });

  it.each([
    ['empty', ''],
    ['cut short', '{"v":1,"campaignId":'],
    ['of another campaign', JSON.stringify(aResult(1, 1, { campaignId: 'ffffffff' }))],
  ])('sets a result file that is %s aside, with the reason, and no record runs for ever', async (_, text) => {
    const { node, hand } = await aBusyCampaign(1);
    await hand.end(completed);
    const directory = join(node.jobRoot, 'job_1', 'attempt-1');
    writeFileSync(join(directory, 'result.json'), text);
    expect(await sweep(node)).toMatchObject({ settled: 1 });
    expect(listAttempts(node.workflow, 1)).toMatchObject([{ class: 'result_lost' }]);
    expect(readRow(node.workflow, 1)).toMatchObject({ status: 'failed', fail_count: 0 });
    const [kept = '', note = ''] = readdirSync(directory).toSorted();
    expect(kept).toMatch(/^result\.json\.set-aside-\w+$/);
    expect(readFileSync(join(directory, kept), 'utf8')).toBe(text);
    expect(note).toBe(`${kept}.why.txt`);
    expect(readFileSync(join(directory, note), 'utf8')).toContain(join(directory, 'result.json'));
  });

  it('leaves what is not ours on the queue and settles all around it', async () => {
    const { node, hand } = await aBusyCampaign(3);
    const jobId = 'not-ours';
    await hand.end(completed);
    const spoilt = await hand.take();
    await spoilt.moveToCompleted({ surprise: true }, 'hand', false);
    await hand.end(completed);
    await node.queue.add('x', {}, { jobId });
    await hand.fail('some words');
    expect(await sweep(node)).toMatchObject({ settled: 3, stale: 0, foreign: 1, awaited: 0 });
    expect(await sweep(node)).toMatchObject({ settled: 0, stale: 0, foreign: 1, awaited: 0 });
    expect(await (await node.queue.getJob(jobId))?.getState()).toBe('failed');
    expect(readRow(node.workflow, 2)).toMatchObject({ status: 'failed', fail_count: 0 });
    expect(listAttempts(node.workflow, 2)).toMatchObject([{ class: 'result_lost' }]);
  });

  it('sweeps more than one batch', async () => {
    const { node, hand } = await aBusyCampaign(510);
    const stranger = await node.queue.add('x', {}, { jobId: 'not-ours', lifo: true });
    await hand.fail('first of all');
    for (let done = 0; done < 510; done += 1) {
      const job = await hand.take();
      await job.moveToFailed(new Error('input_syntax: no'), 'hand', false);
    }
    expect(await sweep(node)).toMatchObject({ settled: 510, stale: 0, foreign: 1, awaited: 0 });
    expect(await finishedOf(node)).toBe(1);
    expect(await stranger.getState()).toBe('failed');
  });

  it('never looks for a result outside the job root', async () => {
    const { node, hand } = await aBusyCampaign(1);
    const job = await hand.take();
    await job.updateData({ ...parsePayload(job.data), jobDir: '../../etc' });
    await job.moveToFailed(new Error('disk_full: no space'), 'hand', false);
    expect(await sweep(node)).toMatchObject({ settled: 1 });
    expect(readRow(node.workflow, 1)).toMatchObject({ error_message: 'no space' });
  });

  it('keeps what the queue counted, apart from fail_count', async () => {
    const { node, hand } = await aBusyCampaign(2);
    const job = await hand.take();
    const history = noteHandBack(noteFault(parseHistory(0), 'ENOSPC', aSource), aSource, true);
    await job.updateProgress(history);
    await job.moveToWait('hand');
    await node.redis.hincrby(`${queuePrefix(node.workflow.campaignId)}:default:c1-a1`, 'stc', 2);
    await hand.end(completed);
    await hand.end(notConverged);
    expect(await sweep(node)).toMatchObject({ settled: 2 });
    expect(listAttempts(node.workflow, 1)).toMatchObject([{ starts: 2, lost: 2, handedBack: 1, faults: 1 }]);
    expect(readRow(node.workflow, 1)).toMatchObject({ status: 'completed', fail_count: 0 });
    expect(listAttempts(node.workflow, 2)).toMatchObject([{ starts: 1, lost: 0, handedBack: 0, faults: 0 }]);
    expect(readRow(node.workflow, 2)).toMatchObject({ fail_count: 1 });
  });
});
