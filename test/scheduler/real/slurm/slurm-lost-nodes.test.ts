import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { hasPrograms } from '../../../support/has-programs.ts';
import { signalQuietly } from '../../../support/machine/kill-tree.ts';
import { lineageOf, readProcessTable } from '../../../support/machine/process-table.ts';
import { hasSlurm, type Slurm, startSlurm } from '../../../support/schedulers/slurm.ts';
import { type ScheduledCampaign, shortLocks, startScheduledCampaign } from '../scheduled-campaign.ts';

describe.skipIf(!hasSlurm() || !hasPrograms('redis-server'))('what is lost of an allocation of Slurm', () => {
  let slurm: Slurm;
  let campaign: ScheduledCampaign;

  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 2 });
  });
  afterAll(() => slurm.stop());
  beforeEach(async () => {
    campaign = await startScheduledCampaign(slurm, 6);
  });
  afterEach(async () => {
    await slurm.cancelJobs();
    await campaign.stop();
  });

  const setDown = (node: string): Promise<string> =>
    slurm.run('scontrol', 'update', `nodename=${node}`, 'state=down', 'reason=test');
  const setUp = (node: string): Promise<string> =>
    slurm.run('scontrol', 'update', `nodename=${node}`, 'state=resume');
  /** Two jobs are run once more, and all is done in the end. */
  const allCompletedOnFirstNode = async (): Promise<void> => {
    const reconciler = campaign.reconcile();
    await campaign.allCompleted();
    await reconciler.stop();
    await campaign.everythingCompletes();
    const attempts = campaign.attempts();
    expect(attempts.filter(({ lost }) => lost === 1)).toHaveLength(2);
    expect(new Set(attempts.map(({ node }) => node))).toEqual(new Set(['n1']));
  };

  it.each([
    ['dies', async () => slurm.killNode('n2'), () => slurm.startNode('n2')],
    // Slurm kills the tasks there without a warning.
    ['is set down', () => setDown('n2'), () => setUp('n2')],
  ])(
    'a node %s: the other one goes on, and runs its jobs when their locks have expired',
    async (_, strike, mend) => {
      const jobId = await campaign.submit('4', '--idle-timeout', '15s', ...shortLocks);
      await campaign.underWay(jobId);
      onTestFinished(async () => void (await mend()));
      await strike();
      await allCompletedOnFirstNode();
      // Slurm notices the death of a node late.
      await expect
        .poll(() => slurm.stateOf(jobId), { timeout: 120_000, interval: 200 })
        .toMatch(/^(COMPLETED|FAILED)$/);
    },
    200_000,
  );

  it('a consumer is killed: its ORCAs are stopped, the other one runs its jobs, and the allocation has failed', async () => {
    const jobId = await campaign.submit('4', '--idle-timeout', '15s', ...shortLocks);
    await campaign.underWay(jobId);
    const table = readProcessTable();
    const orcas = campaign.processes().filter(({ node }) => node === 'n2');
    // Above ORCA stands the launcher, and above that the consumer.
    const consumer = lineageOf(orcas[0]?.pid ?? 0, table).find(({ pid }) => isConsumer(pid));
    signalQuietly(consumer?.pid ?? 0, 'SIGKILL');
    await allCompletedOnFirstNode();
    await expect.poll(() => slurm.stateOf(jobId), { timeout: 60_000, interval: 200 }).toBe('FAILED');
  }, 200_000);

  it('an allocation that has shrunk still ends by its clock', async () => {
    // Without Slurm's own warning.
    const noWarning = { scheduler: ['--signal=B:CONT@1'] };
    const jobId = await campaign.submitWith(noWarning, '100', '--grace', '5s', '--walltime-poll', '1');
    await campaign.underWay(jobId);
    await slurm.moveEnd(jobId, new Date(Date.now() + 60_000));
    onTestFinished(async () => void (await setUp('n2')));
    await setDown('n2');
    await expect
      .poll(() => slurm.run('squeue', '--noheader', `--jobs=${jobId}`, '--format=%T %D %N'), {
        timeout: 30_000,
      })
      .toBe('RUNNING 1 n1');
    await expect.poll(() => campaign.countInLog(jobId, '"reason":"walltime"'), { timeout: 80_000 }).toBe(1);
    expect(campaign.countInLog(jobId, '"endings":{"handed_back":2}')).toBe(1);
    await slurm.becomes(jobId, 'FAILED');
  }, 300_000);

  it('the first node is set down: all end, one half is handed back, the other half comes when its locks expire', async () => {
    const jobId = await campaign.submit('4', '--grace', '10m', '--idle-timeout', '15s', ...shortLocks);
    await campaign.underWay(jobId);
    onTestFinished(async () => void (await setUp('n1')));
    await setDown('n1');
    await expect
      .poll(() => slurm.stateOf(jobId), { timeout: 60_000, interval: 200 })
      .toMatch(/^(FAILED|NODE_FAIL|PENDING)$/);
    await expect.poll(() => campaign.processes(), { timeout: 30_000 }).toEqual([]);
    expect(campaign.records().every(({ fail_count }) => fail_count === 0)).toBe(true);
    const reconciler = campaign.reconcile();
    await expect
      .poll(() => campaign.queue(), { timeout: 60_000, interval: 500 })
      .toMatchObject({ waiting: 6, active: 0, failed: 0 });
    await reconciler.stop();
  }, 200_000);
});

function isConsumer(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(1, 3).includes('consume');
}
