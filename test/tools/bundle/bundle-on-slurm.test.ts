import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBundle } from '../../../tools/bundle/make-bundle.ts';
import { type ScheduledCampaign, startScheduledCampaign } from '../../scheduler/real/scheduled-campaign.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { standInPath } from '../../support/run-oact.ts';
import { hasSlurm, type Slurm, startSlurm } from '../../support/schedulers/slurm.ts';

const nodes = 4;
const recordCount = 16;

describe.skipIf(!hasSlurm() || !hasPrograms('redis-server'))('a bundle on four nodes', () => {
  let home: CampaignDir;
  let slurm: Slurm;
  let campaign: ScheduledCampaign;

  beforeAll(async () => {
    home = makeCampaignDir();
    await makeBundle(join(home.dir, 'oact'));
    slurm = await startSlurm({ nodes });
    campaign = await startScheduledCampaign(slurm, recordCount);
  }, 120_000);
  afterAll(async () => {
    await slurm.cancelJobs();
    await slurm.stop();
    await campaign.stop();
    home.remove();
  });

  it('starts a consumer on each, and they share the queue', async () => {
    const slots = ['--slots', '2', '--cores-per-slot', '1', '--oversubscribe'];
    const jobId = await slurm.submit(
      [`--nodes=${nodes}`, 'consumer.slurm', ...slots, '--idle-timeout', '2s'],
      {
        cwd: campaign.dir,
        env: {
          OACT: join(home.dir, 'oact', 'bin', 'oact.js'),
          OACT_ORCA_PATH: standInPath,
          // Long enough for all nodes to come before the queue is empty.
          OACT_STANDIN_SECONDS: '3',
        },
      },
    );
    await expect.poll(() => slurm.stateOf(jobId), { timeout: 120_000, interval: 200 }).toBe('COMPLETED');
    await campaign.oact('reconcile', '--once');
    expect(campaign.records().filter(({ status }) => status !== 'completed')).toEqual([]);
    expect(new Set(campaign.attempts().map(({ node }) => node))).toEqual(new Set(['n1', 'n2', 'n3', 'n4']));
    expect(campaign.countInLog(jobId, '"msg":"consumer started"')).toBe(nodes);
  }, 180_000);
});
