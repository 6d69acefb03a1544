import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasPrograms } from '../support/has-programs.ts';
import { hasSlurm, type Slurm, startSlurm } from '../support/slurm.ts';
import { type SlurmCampaign, startSlurmCampaign } from './slurm-campaign.ts';

const recordCount = 24;

describe.skipIf(!hasSlurm() || !hasPrograms('redis-server'))('consumer.slurm on two nodes', () => {
  let slurm: Slurm;
  let campaign: SlurmCampaign;

  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 2 });
    campaign = await startSlurmCampaign(slurm, recordCount);
  });
  // A test that failed half-way must not leave its nodes busy to the next one.
  afterEach(() => slurm.cancelJobs());
  afterAll(async () => {
    await slurm.stop();
    await campaign.stop();
  });

  it('hands everything back when Slurm warns that the walltime ends, and ends well', async () => {
    const jobId = await campaign.submit('100', '--grace', '0');
    await expect.poll(() => campaign.countInLog(jobId, '"job started"'), { timeout: 20_000 }).toBe(4);
    await expect.poll(() => campaign.processes().length).toBeGreaterThanOrEqual(4);

    await slurm.run('scancel', '--batch', '--signal=USR1', jobId);

    await expect.poll(() => slurm.stateOf(jobId), { timeout: 15_000 }).toBe('COMPLETED');
    expect(campaign.countInLog(jobId, '"signal":"SIGUSR1","forced":false')).toBe(2);
    expect(campaign.countInLog(jobId, '"endings":{"handed_back":2}')).toBe(2);
    expect(campaign.processes()).toEqual([]);
    expect(new Set(campaign.records().map((row) => `${row.status} ${row.fail_count}`))).toEqual(
      new Set(['running 0']),
    );
    expect(campaign.attempts().filter(({ outcome }) => outcome !== null)).toEqual([]);
    expect(await campaign.queue()).toMatchObject({ waiting: recordCount, active: 0, failed: 0 });
  }, 40_000);

  it('runs the whole queue on both nodes and gives them back when there is nothing left', async () => {
    const jobId = await campaign.submit('0.2', '--idle-timeout', '2s');
    await expect.poll(() => slurm.stateOf(jobId), { timeout: 40_000, interval: 200 }).toBe('COMPLETED');
    await campaign.oact('reconcile', '--once');

    expect(campaign.records().filter(({ status }) => status !== 'completed')).toEqual([]);
    const attempts = campaign.attempts();
    expect(attempts).toHaveLength(recordCount);
    expect(new Set(attempts.map(({ attempt }) => attempt))).toEqual(new Set([1]));
    expect(new Set(attempts.map(({ node }) => node))).toEqual(new Set(['n1', 'n2']));
    expect(new Set(attempts.map(({ allocation_id }) => allocation_id))).toEqual(new Set([jobId]));
  }, 60_000);
});
