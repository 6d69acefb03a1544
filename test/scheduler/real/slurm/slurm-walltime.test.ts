import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasPrograms } from '../../../support/has-programs.ts';
import { signalQuietly } from '../../../support/machine/kill-tree.ts';
import { hasSlurm, type Slurm, startSlurm } from '../../../support/schedulers/slurm.ts';
import { type ScheduledCampaign, startScheduledCampaign } from '../scheduled-campaign.ts';

const inSeconds = (seconds: number): Date => new Date(Date.now() + seconds * 1000);

/** This Slurm reaches process groups only: an ORCA that its consumer did not stop would survive its allocation. */
describe.skipIf(!hasSlurm() || !hasPrograms('redis-server'))('the end of an allocation of Slurm', () => {
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

  it('a survivor would be seen', async () => {
    const options = { cwd: join(campaign.dir, 'jobs'), env: {} };
    const jobId = await slurm.submit(['--wrap', 'setsid sleep 300 & sleep 300'], options);
    await expect.poll(() => campaign.processes().length, { timeout: 60_000 }).toBeGreaterThanOrEqual(3);
    await slurm.run('scancel', jobId);
    await slurm.becomes(jobId, 'CANCELLED');
    await expect.poll(() => campaign.processes().length, { timeout: 20_000 }).toBe(1);
    for (const { pid } of campaign.processes()) signalQuietly(pid, 'SIGKILL');
  }, 120_000);

  it('scancel: the consumers stop what Slurm does not reach', async () => {
    const jobId = await campaign.submitWith({ env: { OACT_STANDIN_STUBBORN: '1' } }, '100', '--grace', '10m');
    await campaign.underWay(jobId);
    await slurm.run('scancel', jobId);
    await slurm.becomes(jobId, 'CANCELLED');
    expect(campaign.countInLog(jobId, '"endings":{"handed_back":2}')).toBe(2);
    await campaign.everythingWasHandedBack();
  }, 150_000);

  it('an administrator shortens the limit: the consumer notices and drains by its own clock, before Slurm has to', async () => {
    // Without Slurm's own warning.
    const noWarning = { scheduler: ['--signal=B:CONT@1'] };
    const jobId = await campaign.submitWith(noWarning, '100', '--grace', '5s', '--walltime-poll', '1');
    await campaign.underWay(jobId);
    expect(campaign.log(jobId)).toMatch(/"endsAt":"\d{4}-/);
    const end = inSeconds(45);
    await slurm.moveEnd(jobId, end);
    await slurm.becomes(jobId, 'COMPLETED');
    expect(Date.now()).toBeLessThan(end.getTime());
    expect(campaign.countInLog(jobId, 'the end of the allocation was moved')).toBe(2);
    expect(campaign.countInLog(jobId, '"reason":"walltime"')).toBe(2);
    await campaign.everythingWasHandedBack();
  }, 150_000);

  it('the walltime ends unforeseen: the same as scancel', async () => {
    const jobId = await campaign.submit('100', '--grace', '10m');
    await campaign.underWay(jobId);
    await slurm.moveEnd(jobId, inSeconds(2));
    // Slurm looks every half minute.
    await slurm.becomes(jobId, 'TIMEOUT', 120_000);
    expect(campaign.countInLog(jobId, '"endings":{"handed_back":2}')).toBe(2);
    await campaign.everythingWasHandedBack();
  }, 200_000);
});

describe.skipIf(!hasSlurm() || !hasPrograms('redis-server'))(
  'an allocation that is too short for a job',
  () => {
    let slurm: Slurm;
    let campaign: ScheduledCampaign;

    beforeAll(async () => {
      slurm = await startSlurm({ nodes: 2 });
      campaign = await startScheduledCampaign(slurm, 4, { enqueue: ['--time-request', '20m'] });
    });
    afterAll(async () => {
      await slurm.stop();
      await campaign.stop();
    });

    it('does not start it, counts nothing, and leaves it to a longer one', async () => {
      const short = await campaign.submitWith({ scheduler: ['--time=15'] }, '0.2', '--idle-timeout', '2s');
      await slurm.becomes(short, 'COMPLETED');
      expect(campaign.countInLog(short, '"job started"')).toBe(0);
      expect(campaign.countInLog(short, '"endings":{"too_late":')).toBeGreaterThanOrEqual(1);
      expect(await campaign.queue()).toMatchObject({ active: 0, failed: 0, completed: 0 });
      expect(campaign.attempts().map(({ outcome, starts }) => [outcome, starts])).toEqual(
        Array.from({ length: 4 }, () => [null, null]),
      );

      const long = await campaign.submitWith({ scheduler: ['--time=60'] }, '0.2');
      // They come again after half a minute.
      await expect
        .poll(() => campaign.countInLog(long, '"outcome":{"kind":"completed"}'), { timeout: 120_000 })
        .toBe(4);
      await slurm.run('scancel', '--batch', '--signal=USR1', long);
      await slurm.becomes(long, 'COMPLETED');
      await campaign.everythingCompletes();
    }, 300_000);
  },
);
