import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPrograms } from '../../support/has-programs.ts';
import { type Flux, hasFlux, startFlux } from '../../support/schedulers/flux.ts';
import { type DemandCampaign, startDemandCampaign } from './demand-campaign.ts';

describe.skipIf(!hasFlux() || !hasPrograms('redis-server'))('allocations by demand on a real Flux', () => {
  let flux: Flux;
  let campaign: DemandCampaign;

  beforeAll(async () => {
    flux = await startFlux({ nodes: 3, cores: 2 });
    // Nodes of one machine would otherwise see each other's cores taken.
    const flags = '[--slots, "2", --cores-per-slot, "1", --oversubscribe]';
    campaign = await startDemandCampaign(
      flux.env,
      200,
      `{scheduler: flux, maxNodes: 3, maxPending: 1, within: 10s, minWorkPerNode: 1s, slotsPerNode: 2, interval: 1s,
        walltime: 5m, idleTimeout: 3s, consumeFlags: ${flags}}`,
    );
  });
  afterAll(async () => {
    await campaign.stopServers();
    await flux.cancelJobs();
    await campaign.stop();
    await flux.stop();
  });

  it('takes 200 jobs from an empty instance to done, and gives all nodes back', async () => {
    campaign.serve();
    await expect.poll(campaign.completed, { timeout: 180_000, interval: 200 }).toBe(200);
    await expect
      .poll(() => campaign.rows().filter(({ state }) => state !== 'ended'), { timeout: 40_000 })
      .toEqual([]);
    const rows = campaign.rows();
    expect(rows.length).toBeGreaterThan(1);
    const inFlux = (await flux.run('jobs', '-a', '--no-header', '--format={id.dec}')).split('\n');
    expect(new Set(inFlux)).toEqual(new Set(rows.map(({ allocation_id: id }) => id)));
    expect(inFlux.length).toBe(rows.length);
    expect(new Set(campaign.attempts().map(({ attempt }) => attempt))).toEqual(new Set([1]));
  }, 300_000);
});
