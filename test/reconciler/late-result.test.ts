import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { enqueue } from '../../producer/enqueue.ts';
import { sweepFinished } from '../../reconciler/sweep-finished.ts';
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

async function aBusyCampaign(count: number): Promise<{ node: LoginNode; hand: Hand }> {
  const node = await makeLoginNode(
    server.address,
    Array.from({ length: count }, () => ({})),
  );
  await enqueue(node.workflow, node.queue, aSelection({ batchSize: count }), node.batch);
  return { node, hand: aHand(server.address, node.workflow.campaignId, { jobRoot: node.jobRoot }) };
}
const sweep = (node: LoginNode, fileWaitMs: number) =>
  sweepFinished(node.workflow, node.redis, {
    rulesOf: rowOf,
    lane: 'default',
    jobRoot: node.jobRoot,
    log: silentLog,
    fileWaitMs,
  });

describe('a shared file system that shows files late', () => {
  it.each([
    ['not there', undefined],
    ['empty', ''],
    ['cut short', '{"v":1,"campai'],
  ])(
    'waits for a result file that is %s, settles all others meanwhile, and reads it when it is whole',
    async (_, visible) => {
      const { node, hand } = await aBusyCampaign(3);
      const result = await hand.end(notConverged);
      await hand.end(completed);
      await hand.fail('payload_refused: the payload has version 2');
      const path = join(node.jobRoot, 'job_1', 'attempt-1', 'result.json');
      rmSync(path);
      if (visible !== undefined) writeFileSync(path, visible);
      expect(await sweep(node, 60_000)).toMatchObject({ settled: 2, stale: 0, foreign: 0, awaited: 1 });
      expect(await sweep(node, 60_000)).toMatchObject({ settled: 0, stale: 0, foreign: 0, awaited: 1 });
      expect(readRow(node.workflow, 1)).toMatchObject({ status: 'running' });
      expect(await (await node.queue.getJob('c1-a1'))?.getState()).toBe('failed');

      writeFileSync(path, JSON.stringify(result));
      expect(await sweep(node, 60_000)).toMatchObject({ settled: 1, stale: 0, foreign: 0, awaited: 0 });
      expect(listAttempts(node.workflow, 1)).toMatchObject([{ class: 'scf_not_converged', node: 'node7' }]);
      expect(readRow(node.workflow, 1)).toMatchObject({ status: 'failed', fail_count: 1 });
    },
  );

  it('waits in the same way for the file of a completed job whose return value cannot be read', async () => {
    const { node, hand } = await aBusyCampaign(1);
    const spoilt = await hand.take();
    await spoilt.moveToCompleted({ surprise: true }, 'hand', false);
    expect(await sweep(node, 60_000)).toMatchObject({ settled: 0, stale: 0, foreign: 0, awaited: 1 });
    const directory = join(node.jobRoot, 'job_1', 'attempt-1');
    mkdirSync(directory, { recursive: true });
    const result = aResult(1, 1, { campaignId: node.workflow.campaignId });
    writeFileSync(join(directory, 'result.json'), JSON.stringify(result));
    expect(await sweep(node, 60_000)).toMatchObject({ settled: 1, stale: 0, foreign: 0, awaited: 0 });
    expect(readRow(node.workflow, 1)).toMatchObject({ status: 'completed' });
  });

  it('settles by the words alone when the file does not appear, and says so once', async () => {
    const { node, hand } = await aBusyCampaign(1);
    await hand.end(notConverged);
    rmSync(join(node.jobRoot, 'job_1'), { recursive: true });
    const lines: string[] = [];
    const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
    const options = { rulesOf: rowOf, lane: 'default', jobRoot: node.jobRoot, log, fileWaitMs: 500 };
    await expect
      .poll(() => sweepFinished(node.workflow, node.redis, options), { timeout: 10_000, interval: 20 })
      .toMatchObject({ settled: 1 });
    expect(readRow(node.workflow, 1)).toMatchObject({ status: 'failed', fail_count: 1 });
    expect(lines.filter((line) => line.includes('"level":40'))).toHaveLength(1);
    expect(lines.join('')).toContain('its result file did not appear');
    expect(lines.length).toBeLessThan(4);
  });
});
