import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasPrograms } from '../../../support/has-programs.ts';
import { hasSlurm, type Slurm, startSlurm } from '../../../support/schedulers/slurm.ts';
import { type ScheduledCampaign, shortLocks, startScheduledCampaign } from '../scheduled-campaign.ts';

describe.skipIf(!hasSlurm() || !hasPrograms('redis-server'))(
  'whatever Slurm does to all processes of an allocation, ORCA\u2019s included',
  () => {
    let slurm: Slurm;
    let campaign: ScheduledCampaign;

    beforeAll(async () => {
      slurm = await startSlurm({ nodes: 2, tracking: 'linuxproc' });
    });
    afterAll(() => slurm.stop());
    beforeEach(async () => {
      campaign = await startScheduledCampaign(slurm, 6);
    });
    afterEach(async () => {
      await slurm.cancelJobs();
      await campaign.stop();
    });

    it('scancel: TERM leaves no grace; jobs are handed back within Slurm\u2019s patience', async () => {
      const jobId = await campaign.submit('100', '--grace', '10m');
      await campaign.underWay(jobId);
      await slurm.run('scancel', jobId);
      await slurm.becomes(jobId, 'CANCELLED');
      // The shell around Node passes the TERM on that Slurm sends to Node, too.
      expect(campaign.countInLog(jobId, '"signal":"SIGTERM","forced":false')).toBeGreaterThanOrEqual(2);
      expect(campaign.countInLog(jobId, '"endings":{"handed_back":2}')).toBe(2);
      await campaign.everythingWasHandedBack();
    }, 150_000);

    it('scontrol requeue: handed back, and the same job goes on in the same log', async () => {
      const jobId = await campaign.submit('100', '--idle-timeout', '2s');
      await campaign.underWay(jobId);
      await slurm.run('scontrol', 'requeue', jobId);
      await slurm.becomes(jobId, 'PENDING');
      await campaign.everythingWasHandedBack();
      // Slurm would wait for two minutes.
      await slurm.run('scontrol', 'update', `jobid=${jobId}`, 'StartTime=now');
      await expect.poll(() => campaign.countInLog(jobId, '"restartCount":1'), { timeout: 60_000 }).toBe(2);
      expect(campaign.countInLog(jobId, '"restartCount":0')).toBe(2);
      await slurm.cancelJobs();
      const last = await campaign.submit('0.1', '--idle-timeout', '1s');
      await slurm.becomes(last, 'COMPLETED', 90_000);
      await campaign.everythingCompletes();
    }, 300_000);

    it('suspended for longer than its locks last: ORCA is not run twice in one directory, and nothing is counted', async () => {
      const jobId = await campaign.submit('4', '--idle-timeout', '6s', ...shortLocks);
      await campaign.underWay(jobId);
      await slurm.run('scontrol', 'suspend', jobId);
      const reconciler = campaign.reconcile();
      await expect
        .poll(async () => (await campaign.queue())['active'], { timeout: 60_000, interval: 200 })
        .toBe(0);
      await slurm.run('scontrol', 'resume', jobId);
      await campaign.allCompleted();
      await reconciler.stop();
      await campaign.everythingCompletes();
    }, 200_000);
  },
);
