import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasPrograms } from '../../../support/has-programs.ts';
import { hasSlurm, type Slurm, startSlurm } from '../../../support/schedulers/slurm.ts';
import { type ScheduledCampaign, startScheduledCampaign } from '../scheduled-campaign.ts';

describe.skipIf(!hasSlurm() || !hasPrograms('redis-server'))('a job of higher rank takes the nodes', () => {
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

  const submitUrgent = (): Promise<string> =>
    slurm.submit(['--partition=urgent', '--nodes=2', '--exclusive', '--wrap', 'true'], {
      cwd: campaign.dir,
      env: {},
    });

  it('preemption by requeue: jobs are handed back, and the allocation comes again', async () => {
    const jobId = await campaign.submit('100', '--grace', '10m');
    await campaign.underWay(jobId);
    const urgent = await submitUrgent();
    await slurm.becomes(urgent, 'COMPLETED', 90_000);
    expect(campaign.countInLog(jobId, '"endings":{"handed_back":2}')).toBe(2);
    expect(await slurm.stateOf(jobId)).toBe('PENDING');
    await campaign.everythingWasHandedBack();
    // Slurm would wait for two minutes.
    await slurm.run('scontrol', 'update', `jobid=${jobId}`, 'StartTime=now');
    await expect.poll(() => campaign.countInLog(jobId, '"restartCount":1'), { timeout: 60_000 }).toBe(2);
  }, 250_000);

  it('preemption by cancel: jobs are handed back', async () => {
    const jobId = await campaign.submitWith({ scheduler: ['--partition=spare'] }, '100', '--grace', '10m');
    await campaign.underWay(jobId);
    const urgent = await submitUrgent();
    await slurm.becomes(urgent, 'COMPLETED', 90_000);
    expect(await slurm.stateOf(jobId)).toBe('PREEMPTED');
    expect(campaign.countInLog(jobId, '"endings":{"handed_back":2}')).toBe(2);
    await campaign.everythingWasHandedBack();
  }, 200_000);
});
