import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPrograms } from '../../../support/has-programs.ts';
import { programPath } from '../../../consumer/programs.ts';
import { hasSlurm, type Slurm, startSlurm } from '../../../support/schedulers/slurm.ts';
import { expectRanksInTheirSlots } from '../expect-ranks.ts';
import { type ScheduledCampaign, startScheduledCampaign } from '../scheduled-campaign.ts';

const canRun = hasSlurm() && hasPrograms('redis-server', 'mpirun') && availableParallelism() >= 2;

describe.skipIf(!canRun)('real ranks of Open MPI in the steps of srun', () => {
  let slurm: Slurm;
  let campaign: ScheduledCampaign;

  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 2 });
    campaign = await startScheduledCampaign(slurm, 4);
  });
  afterAll(async () => {
    await slurm.stop();
    await campaign.stop();
  });

  it('stay on their node and in their slot, two jobs at once on each node, and end', async () => {
    const env = { OACT_ORCA_PATH: programPath('orca-two-ranks'), OACT_STANDIN_MPI: '1' };
    const jobId = await campaign.submitWith({ env }, '20', '--idle-timeout', '1s');
    await expectRanksInTheirSlots(campaign);
    // The batch script, and the consumers: an mpirun that sees the allocation would make another one.
    const steps = await slurm.run('squeue', '--steps', '--noheader', `--jobs=${jobId}`, '--format=%i');
    expect(steps.split('\n').filter((step) => !step.endsWith('.batch'))).toEqual([`${jobId}.0`]);
    await slurm.becomes(jobId, 'COMPLETED', 90_000);
    await campaign.everythingCompletes();
    expect(campaign.log(jobId)).not.toContain('outside its slot');
  }, 200_000);

  it('would hang without the environment that the consumer gives them', async () => {
    const inStep = 'srun --ntasks-per-node=1 --mpi=none timeout -k 1 5 mpirun --allow-run-as-root -np 2 true';
    const jobId = await slurm.submit(
      ['--nodes=2', '--exclusive', '--ntasks-per-node=1', '--output=hang.log', '--wrap', inStep],
      { cwd: campaign.dir, env: {} },
    );
    await slurm.becomes(jobId, 'FAILED', 90_000);
    // That of a timeout.
    expect(
      readFileSync(join(campaign.dir, 'hang.log'), 'utf8').match(/Exited with exit code 124/g),
    ).toHaveLength(2);
  }, 150_000);
});
