import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasPrograms } from '../../../support/has-programs.ts';
import { standInPath } from '../../../support/run-oact.ts';
import { hasSlurm, type Slurm, startSlurm } from '../../../support/schedulers/slurm.ts';
import { type ScheduledCampaign, startScheduledCampaign } from '../scheduled-campaign.ts';

/** What each consumer thought at its start that the walltime leaves. */
const secondsToEnd = (log: string): number[] =>
  [...log.matchAll(/"time":(\d+).*?"endsAt":"([^"]+)".*"consumer started"/g)].map(
    ([, time, end]) => (Date.parse(end ?? '') - Number(time)) / 1000,
  );

describe.skipIf(!hasSlurm() || !hasPrograms('redis-server'))(
  'what a user’s profile and sbatch may hold',
  () => {
    let slurm: Slurm;
    let campaign: ScheduledCampaign;

    beforeAll(async () => {
      slurm = await startSlurm({ nodes: 2 });
    });
    afterAll(() => slurm.stop());
    beforeEach(async () => {
      campaign = await startScheduledCampaign(slurm, 4);
    });
    afterEach(async () => {
      await slurm.cancelJobs();
      await campaign.stop();
    });

    it.each([
      ['SLURM_TIME_FORMAT without a date', { SLURM_TIME_FORMAT: '%H:%M' }],
      [
        'SQUEUE_STATES, SQUEUE_FORMAT and SQUEUE_PARTITION',
        { SQUEUE_STATES: 'PENDING', SQUEUE_FORMAT: '%i', SQUEUE_PARTITION: 'none' },
      ],
      ['SBATCH_EXPORT=NONE', { SBATCH_EXPORT: 'NONE' }],
    ])(
      '%s: the end is known, slots are pinned, and jobs run',
      async (_, env) => {
        const scheduler = ['--time=14:00:00', '--nodes=1'];
        const jobId = await campaign.submitWith(
          { scheduler, env },
          '0.2',
          '--idle-timeout',
          '3s',
          '--orca-path',
          standInPath,
        );
        await slurm.becomes(jobId, 'COMPLETED', 90_000);
        const [left = 0] = secondsToEnd(campaign.log(jobId));
        expect(left / 3600).toBeCloseTo(14, 1);
        expect(campaign.log(jobId)).toContain('"pinned":true');
        expect(campaign.countInLog(jobId, '"reason":"idle"')).toBe(1);
      },
      150_000,
    );

    it('five minutes are enough for jobs that fit, although Slurm warns at once', async () => {
      const jobId = await campaign.submitWith({ scheduler: ['--time=5'] }, '0.2', '--idle-timeout', '20s');
      await slurm.becomes(jobId, 'COMPLETED', 90_000);
      expect(campaign.countInLog(jobId, '"outcome":{"kind":"completed"}')).toBe(4);
      expect(campaign.countInLog(jobId, '"reason":"idle","endings"')).toBe(2);
      expect(campaign.log(jobId)).not.toContain('Debugger');
    }, 150_000);

    it('a heterogeneous job has a consumer on each component', async () => {
      const scheduler = ['--nodes=1', ':', '--nodes=1', '--exclusive', '--ntasks-per-node=1'];
      const jobId = await campaign.submitWith({ scheduler }, '100', '--grace', '1s');
      await campaign.underWay(jobId);
      expect(new Set(campaign.processes().map(({ node }) => node))).toEqual(new Set(['n1', 'n2']));
      await slurm.run('scancel', '--batch', '--signal=USR1', jobId);
      // A line for each component.
      await expect
        .poll(async () => new Set((await slurm.stateOf(jobId)).split('\n')), { timeout: 60_000 })
        .toEqual(new Set(['COMPLETED']));
      // Drained: srun has nothing to complain of.
      expect(campaign.log(jobId)).not.toContain('exit code 75');
      await campaign.everythingWasHandedBack();
    }, 150_000);
  },
);
