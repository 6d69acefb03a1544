import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPrograms } from '../../../support/has-programs.ts';
import { standInPath } from '../../../support/run-oact.ts';
import { hasSlurm, type Slurm, startSlurm } from '../../../support/schedulers/slurm.ts';
import { type ScheduledCampaign, startScheduledCampaign } from '../scheduled-campaign.ts';

const recordCount = 8;

/** What the submitting shell has beside the two variables stays behind. */
const site = `
sites:
  emulated:
    title: Two nodes that are none
    scheduler: slurm
    cores: 8
    queue: main
    walltime: 1h
    coresPerSlot: 1
    directives: [--nice=1]
    environment: [OACT_STANDIN_SECONDS, OACT_ORCA_PATH]
    scratch: tmpdir
`;

describe.skipIf(!hasSlurm() || !hasPrograms('redis-server'))('a script of oact alloc on two nodes', () => {
  let slurm: Slurm;
  let campaign: ScheduledCampaign;

  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 2 });
    campaign = await startScheduledCampaign(slurm, recordCount);
  });
  afterAll(async () => {
    await slurm.stop();
    await campaign.stop();
  });

  it('is taken by sbatch, and its consumers run the whole queue on both nodes', async () => {
    appendFileSync(join(campaign.dir, 'oact.yaml'), site);
    const flags = ['--slots', '2', '--idle-timeout', '4s'];
    const chosen = ['--site', 'emulated', '--account', 'a1', '--output', 'made.slurm'];
    await campaign.oact('alloc', 'script', ...chosen, '--', ...flags);
    const jobId = await slurm.submit(['made.slurm'], {
      cwd: campaign.dir,
      env: { OACT_ORCA_PATH: standInPath, OACT_STANDIN_SECONDS: '1', OACT_NODE_GRACE: 'nonsense' },
    });
    await expect.poll(() => slurm.stateOf(jobId), { timeout: 90_000, interval: 200 }).toBe('COMPLETED');
    await campaign.oact('reconcile', '--once');
    expect(campaign.records().filter(({ status }) => status !== 'completed')).toEqual([]);
    expect(new Set(campaign.attempts().map(({ node }) => node))).toEqual(new Set(['n1', 'n2']));
  }, 120_000);
});
