import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Flux, hasFlux, startFlux } from '../../support/schedulers/flux.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { type ScheduledCampaign, shortLocks, startScheduledCampaign } from './scheduled-campaign.ts';

describe.skipIf(!hasFlux() || !hasPrograms('redis-server'))('whatever Flux does to an allocation', () => {
  let flux: Flux;
  let campaign: ScheduledCampaign;

  beforeAll(async () => {
    // The first node keeps Flux itself; a lost node does not come back.
    flux = await startFlux({ nodes: 6 });
  });
  afterAll(() => flux.stop());
  beforeEach(async () => {
    campaign = await startScheduledCampaign(flux, 6);
  });
  afterEach(async () => {
    await flux.cancelJobs();
    await campaign.stop();
  });

  it.each([
    ['an ORCA that ends when it is told', {}],
    ['an ORCA that does not', { OACT_STANDIN_STUBBORN: '1' }],
  ])(
    'flux cancel with %s: handed back within the 5 s that Flux waits',
    async (_, env) => {
      const jobId = await campaign.submitWith({ env }, '100', '--grace', '10m');
      await campaign.underWay(jobId);
      await flux.run('cancel', jobId);
      await flux.becomes(jobId, 'CANCELED');
      expect(campaign.countInLog(jobId, '"signal":"SIGTERM","forced":false')).toBeGreaterThanOrEqual(2);
      await campaign.everythingWasHandedBack();
    },
    150_000,
  );

  it('the end was moved nearer: the consumers notice and drain by their own clock, before Flux warns', async () => {
    const jobId = await campaign.submit('25', '--grace', '300s', '--walltime-poll', '1');
    await campaign.underWay(jobId);
    // 300 s of grace and 30 s for stopping leave ten; Flux warns 300 s before the end.
    await flux.moveEnd(jobId, 340);
    await flux.becomes(jobId, 'COMPLETED', 90_000);
    expect(campaign.countInLog(jobId, 'the end of the allocation was moved')).toBe(2);
    expect(campaign.countInLog(jobId, '"reason":"walltime","endings":{"completed":2}')).toBe(2);
    expect(campaign.countInLog(jobId, 'stop signal received')).toBe(0);
    await campaign.oact('reconcile', '--once');
    expect(
      campaign
        .records()
        .map(({ status }) => status)
        .toSorted(),
    ).toEqual([
      ...Array.from({ length: 4 }, () => 'completed'),
      ...Array.from({ length: 2 }, () => 'running'),
    ]);
    expect(campaign.processes()).toEqual([]);
  }, 200_000);

  it('less than the warning is left: handed back at once, and the allocation ends well', async () => {
    const jobId = await campaign.submit('100', '--grace', '1s');
    await campaign.underWay(jobId);
    await flux.moveEnd(jobId, 200);
    await flux.becomes(jobId, 'COMPLETED');
    expect(campaign.countInLog(jobId, '"signal":"SIGUSR1","forced":false')).toBe(2);
    await campaign.everythingWasHandedBack();
  }, 150_000);

  it('the end comes while the consumers still wait: ALRM leaves no grace', async () => {
    const jobId = await campaign.submit('100', '--grace', '10m');
    await campaign.underWay(jobId);
    await flux.moveEnd(jobId, 4);
    await flux.becomes(jobId, 'TIMEOUT');
    expect(campaign.countInLog(jobId, '"signal":"SIGALRM","forced":false')).toBeGreaterThanOrEqual(2);
    expect(campaign.countInLog(jobId, '"forced":true')).toBe(0);
    await campaign.everythingWasHandedBack();
  }, 150_000);

  it('only the broker of a node dies: its consumer hands back and ends, although Flux tells it nothing', async () => {
    const jobId = await campaign.submitWith(
      { scheduler: ['--requires=host:n[2,6]'] },
      '100',
      '--grace',
      '1s',
    );
    await campaign.underWay(jobId);
    flux.killBroker('n6');
    const parted = 'the scheduler process that started this consumer has ended: draining';
    await expect.poll(() => campaign.countInLog(jobId, parted), { timeout: 30_000 }).toBe(1);
    await expect
      .poll(() => campaign.countInLog(jobId, '"endings":{"handed_back":2}'), { timeout: 30_000 })
      .toBeGreaterThanOrEqual(1);
    await flux.run('cancel', jobId).catch(() => undefined);
    await campaign.everythingWasHandedBack();
  }, 150_000);

  it.each([
    ['a node but the first', 'n[2-3]', 'n3', 'COMPLETED'],
    ['the first node', 'n[4-5]', 'n4', 'FAILED'],
  ])(
    '%s dies: the allocation ends; all jobs are run by the next one',
    async (_, hosts, victim, status) => {
      const onHosts = { scheduler: [`--requires=host:${hosts}`] };
      const jobId = await campaign.submitWith(onHosts, '100', '--grace', '10m', ...shortLocks);
      await campaign.underWay(jobId);
      flux.killNode(victim);
      await flux.becomes(jobId, status, 90_000);
      await expect.poll(() => campaign.processes(), { timeout: 60_000 }).toEqual([]);
      const reconciler = campaign.reconcile();
      const oneNode = { scheduler: ['-N', '1'] };
      await campaign.submitWith(oneNode, '0.2', '--idle-timeout', '15s', ...shortLocks);
      await campaign.allCompleted();
      await reconciler.stop();
      await campaign.everythingCompletes();
    },
    300_000,
  );
});
