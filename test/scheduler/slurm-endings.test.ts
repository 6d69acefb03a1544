import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasPrograms } from '../support/has-programs.ts';
import { hasSlurm, type Slurm, startSlurm } from '../support/slurm.ts';
import { type SlurmCampaign, startSlurmCampaign } from './slurm-campaign.ts';

const recordCount = 6;

/** So soon a job whose node is gone comes again. */
const shortLocks = ['--lock-seconds', '6', '--renew-seconds', '1'];

/** Ids of the processes of an emulated node: its slurmd has none of these in its environment, the steps and all below them have. */
function listProcessesOf(node: string): number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`SLURMD_NODENAME=${node}`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

describe.skipIf(!hasSlurm() || !hasPrograms('redis-server'))('whatever Slurm does to an allocation', () => {
  let slurm: Slurm;
  let campaign: SlurmCampaign;

  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 2 });
  });
  afterAll(() => slurm.stop());
  beforeEach(async () => {
    campaign = await startSlurmCampaign(slurm, recordCount);
  });
  afterEach(async () => {
    await slurm.cancelJobs();
    await campaign.stop();
  });

  const underWay = async (jobId: string): Promise<void> => {
    await expect.poll(() => campaign.countInLog(jobId, '"job started"'), { timeout: 30_000 }).toBe(4);
    await expect.poll(() => campaign.processes().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(4);
  };
  const stateBecomes = (jobId: string, state: string, timeout = 30_000): Promise<void> =>
    expect.poll(() => slurm.stateOf(jobId), { timeout, interval: 200 }).toBe(state);
  const allCompleted = (): Promise<void> =>
    expect
      .poll(() => campaign.records().filter(({ status }) => status === 'completed').length, {
        timeout: 60_000,
        interval: 200,
      })
      .toBe(recordCount);
  /** All jobs wait, none was counted, and nothing of ORCA is left. */
  const everythingWasHandedBack = async (): Promise<void> => {
    await expect.poll(() => campaign.processes(), { timeout: 10_000 }).toEqual([]);
    expect(await campaign.queue()).toMatchObject({ waiting: recordCount, active: 0, failed: 0 });
    expect(campaign.attempts().every(({ outcome }) => outcome === null)).toBe(true);
    expect(campaign.records().every(({ fail_count }) => fail_count === 0)).toBe(true);
  };
  /** Runs what is left, and each record has one completed attempt. */
  const everythingCompletes = async (): Promise<void> => {
    await campaign.oact('reconcile', '--once');
    expect(campaign.records().map(({ status, fail_count }) => [status, fail_count])).toEqual(
      Array.from({ length: recordCount }, () => ['completed', 0]),
    );
    expect(campaign.attempts().map(({ attempt, outcome }) => [attempt, outcome])).toEqual(
      Array.from({ length: recordCount }, () => [1, 'completed']),
    );
    expect(campaign.processes()).toEqual([]);
  };

  it('scancel: TERM leaves no grace; jobs are handed back within Slurm\u2019s patience', async () => {
    const jobId = await campaign.submit('100', '--grace', '10m');
    await underWay(jobId);
    await slurm.run('scancel', jobId);
    await stateBecomes(jobId, 'CANCELLED');
    expect(campaign.countInLog(jobId, '"signal":"SIGTERM","forced":false')).toBe(2);
    expect(campaign.countInLog(jobId, '"endings":{"handed_back":2}')).toBe(2);
    await everythingWasHandedBack();
  }, 60_000);

  it('an administrator shortens the limit: the consumer notices and drains by its own clock, before Slurm has to', async () => {
    // Without Slurm's own warning.
    const jobId = await campaign.submitWith(
      ['--signal=B:CONT@1'],
      '100',
      '--grace',
      '5s',
      '--walltime-poll',
      '1',
    );
    await underWay(jobId);
    expect(campaign.log(jobId)).toMatch(/"endsAt":"\d{4}-/);
    const end = new Date(Date.now() + 45_000);
    const local = new Date(end.getTime() - end.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
    await slurm.run('scontrol', 'update', `jobid=${jobId}`, `EndTime=${local}`);
    await stateBecomes(jobId, 'COMPLETED', 60_000);
    expect(Date.now()).toBeLessThan(end.getTime());
    expect(campaign.countInLog(jobId, 'the end of the allocation was moved')).toBe(2);
    expect(campaign.countInLog(jobId, '"reason":"walltime"')).toBe(2);
    await everythingWasHandedBack();
  }, 120_000);

  it('the walltime ends unforeseen: the same as scancel', async () => {
    const jobId = await campaign.submit('100', '--grace', '10m');
    await underWay(jobId);
    const now = new Date(Date.now() + 2000);
    const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
    await slurm.run('scontrol', 'update', `jobid=${jobId}`, `EndTime=${local}`);
    await stateBecomes(jobId, 'TIMEOUT', 90_000);
    expect(campaign.countInLog(jobId, '"endings":{"handed_back":2}')).toBe(2);
    await everythingWasHandedBack();
  }, 150_000);

  it('scontrol requeue: handed back, and the same job goes on in the same log', async () => {
    const jobId = await campaign.submit('100', '--idle-timeout', '2s');
    await underWay(jobId);
    await slurm.run('scontrol', 'requeue', jobId);
    await stateBecomes(jobId, 'PENDING', 60_000);
    await everythingWasHandedBack();
    // Slurm would wait for two minutes.
    await slurm.run('scontrol', 'update', `jobid=${jobId}`, 'StartTime=now');
    await expect.poll(() => campaign.countInLog(jobId, '"restartCount":1'), { timeout: 60_000 }).toBe(2);
    expect(campaign.countInLog(jobId, '"restartCount":0')).toBe(2);
    await slurm.cancelJobs();
    const last = await campaign.submit('0.1', '--idle-timeout', '1s');
    await stateBecomes(last, 'COMPLETED', 60_000);
    await everythingCompletes();
  }, 200_000);

  it.each([
    [
      'dies',
      async () => {
        const slurmd = Number(readFileSync(slurm.pidFile('n2'), 'utf8'));
        for (const pid of [slurmd, ...listProcessesOf('n2')]) process.kill(pid, 'SIGKILL');
      },
      () => slurm.startNode('n2'),
    ],
    // Slurm kills the tasks there without a warning.
    [
      'is set down',
      () => slurm.run('scontrol', 'update', 'nodename=n2', 'state=down', 'reason=test'),
      () => slurm.run('scontrol', 'update', 'nodename=n2', 'state=resume'),
    ],
  ])(
    'a node %s: the other one goes on, and runs its jobs when their locks have expired',
    async (_, strike, mend) => {
      const jobId = await campaign.submit('4', '--idle-timeout', '15s', ...shortLocks);
      await underWay(jobId);
      await strike();
      const reconciler = campaign.reconcile();
      await allCompleted();
      await reconciler.stop();
      await everythingCompletes();
      const attempts = campaign.attempts();
      expect(attempts.filter(({ lost }) => lost === 1)).toHaveLength(2);
      expect(new Set(attempts.map(({ node }) => node))).toEqual(new Set(['n1']));
      await mend();
    },
    120_000,
  );

  it('suspended for longer than its locks last: ORCA is not run twice in one directory, and nothing is counted', async () => {
    const jobId = await campaign.submit('4', '--idle-timeout', '6s', ...shortLocks);
    await underWay(jobId);
    await slurm.run('scontrol', 'suspend', jobId);
    const reconciler = campaign.reconcile();
    await expect
      .poll(async () => (await campaign.queue())['active'], { timeout: 30_000, interval: 200 })
      .toBe(0);
    await slurm.run('scontrol', 'resume', jobId);
    await allCompleted();
    await reconciler.stop();
    await everythingCompletes();
  }, 120_000);
});
