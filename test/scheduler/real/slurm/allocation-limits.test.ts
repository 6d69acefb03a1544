import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasPrograms } from '../../../support/has-programs.ts';
import { hasSlurmAccounting, type Slurm, startSlurm } from '../../../support/schedulers/slurm.ts';
import { type DemandCampaign, startDemandCampaign } from '../demand-campaign.ts';

const quick =
  'interval: 1s, walltime: 5m, idleTimeout: 2s, consumeFlags: [--slots, "2", --cores-per-slot, "1"]';
const allowed = 2;

describe.skipIf(!hasSlurmAccounting() || !hasPrograms('redis-server'))(
  'allocations by demand where Slurm limits the account',
  () => {
    let slurm: Slurm;
    let campaign: DemandCampaign;

    beforeAll(async () => {
      slurm = await startSlurm({ nodes: 4, cpus: 2, limit: `MaxSubmitJobs=${allowed}` });
    }, 120_000);
    afterEach(async () => {
      await campaign?.stopServers();
      await slurm.cancelJobs();
      await campaign?.stop();
    });
    afterAll(() => slurm?.stop());

    const listIds = async (): Promise<string[]> =>
      (await slurm.run('squeue', '--noheader', '--states=all', '--format=%A')).split('\n').filter(Boolean);

    it('wait at the submit limit, say so, and submit again when there is room', async () => {
      campaign = await startDemandCampaign(
        slurm.env,
        120,
        `{scheduler: slurm, maxNodes: 4, maxPending: 4, within: 5s, minWorkPerNode: 1s, slotsPerNode: 2, ${quick}}`,
      );
      const before = await listIds();
      campaign.serve();
      // The reason goes with the next submission that is tried; each refusal doubles the pause before it.
      await expect
        .poll(() => campaign.oact('alloc', 'explain'), { timeout: 90_000, interval: 50 })
        .toMatch(/waits until .*the scheduler said: .*submit limit/i);
      expect(campaign.rows().filter(({ state }) => state !== 'ended').length).toBeLessThanOrEqual(allowed);
      await expect.poll(campaign.completed, { timeout: 120_000, interval: 200 }).toBe(120);
      expect(campaign.entries()).toMatchObject([{ paused_reason: null }]);
      await expect
        .poll(() => campaign.rows().filter(({ state }) => state !== 'ended'), { timeout: 40_000 })
        .toEqual([]);
      const submitted = (await listIds()).filter((id) => !before.includes(id));
      expect(new Set(submitted)).toEqual(new Set(campaign.rows().map(({ allocation_id: id }) => id)));
    }, 240_000);

    it('are paused with the words of Slurm when the account is refused', async () => {
      campaign = await startDemandCampaign(slurm.env, 4, `{scheduler: slurm, account: strangers, ${quick}}`);
      campaign.serve();
      await expect
        .poll(() => campaign.entries()[0]?.paused_reason, { timeout: 60_000 })
        .toMatch(/refused 3 submissions in a row: .*[Ii]nvalid account/);
      expect(campaign.rows()).toEqual([]);
    }, 120_000);
  },
);
