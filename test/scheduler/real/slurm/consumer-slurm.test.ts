import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cutSlots } from '../../../../consumer/cores/cut-slots.ts';
import { discoverCores } from '../../../../consumer/cores/discover-cores.ts';
import { formatCpuList } from '../../../../consumer/cores/parse-cpu-list.ts';
import { hasPrograms } from '../../../support/has-programs.ts';
import { hasSlurm, type Slurm, startSlurm } from '../../../support/schedulers/slurm.ts';
import { type ScheduledCampaign, startScheduledCampaign } from '../scheduled-campaign.ts';

const recordCount = 24;

describe.skipIf(!hasSlurm() || !hasPrograms('redis-server'))('consumer.slurm on two nodes', () => {
  let slurm: Slurm;
  let campaign: ScheduledCampaign;

  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 2 });
    campaign = await startScheduledCampaign(slurm, recordCount);
  });
  // A test that failed half-way must not leave its nodes busy to the next one.
  afterEach(() => slurm.cancelJobs());
  afterAll(async () => {
    await slurm.stop();
    await campaign.stop();
  });

  it('hands everything back when Slurm warns that the walltime ends, and ends well', async () => {
    const slots = cutSlots(discoverCores(), { slots: 2, coresPerSlot: 1, reserveCores: 0 });
    const pinned = slots.map(({ slot, cores }) => `${slot}: ${formatCpuList(cores)}`);
    const jobId = await campaign.submit('100', '--grace', '0');
    await campaign.underWay(jobId);
    // Two at once on each node, each on its own cores; emulated nodes share those of the machine.
    await expect.poll(() => campaign.masks(), { timeout: 20_000 }).toEqual({ n1: pinned, n2: pinned });

    await slurm.run('scancel', '--batch', '--signal=USR1', jobId);

    await slurm.becomes(jobId, 'COMPLETED');
    expect(campaign.countInLog(jobId, '"signal":"SIGUSR1","forced":false')).toBe(2);
    expect(campaign.countInLog(jobId, '"endings":{"handed_back":2}')).toBe(2);
    await campaign.everythingWasHandedBack();
  }, 150_000);

  it('runs the whole queue on both nodes and gives them back when there is nothing left', async () => {
    const jobId = await campaign.submit('0.2', '--idle-timeout', '2s');
    await slurm.becomes(jobId, 'COMPLETED', 90_000);
    await campaign.everythingCompletes();
    const attempts = campaign.attempts();
    expect(new Set(attempts.map(({ node }) => node))).toEqual(new Set(['n1', 'n2']));
    expect(new Set(attempts.map(({ allocation_id }) => allocation_id))).toEqual(new Set([jobId]));
  }, 120_000);
});
