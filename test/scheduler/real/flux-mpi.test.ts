import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programPath } from '../../consumer/programs.ts';
import { type Flux, hasFlux, startFlux } from '../../support/schedulers/flux.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { expectRanksInTheirSlots } from './expect-ranks.ts';
import { type ScheduledCampaign, startScheduledCampaign } from './scheduled-campaign.ts';

const canRun = hasFlux() && hasPrograms('redis-server', 'mpirun') && availableParallelism() >= 2;

describe.skipIf(!canRun)('real ranks of Open MPI in the tasks of Flux', () => {
  let flux: Flux;
  let campaign: ScheduledCampaign;

  beforeAll(async () => {
    flux = await startFlux();
    campaign = await startScheduledCampaign(flux, 4);
  });
  afterAll(async () => {
    await flux.stop();
    await campaign.stop();
  });

  it('stay on their node and in their slot, two jobs at once on each node, and end', async () => {
    const env = { OACT_ORCA_PATH: programPath('orca-two-ranks'), OACT_STANDIN_MPI: '1' };
    const jobId = await campaign.submitWith({ env }, '20', '--idle-timeout', '1s');
    await expectRanksInTheirSlots(campaign);
    await flux.becomes(jobId, 'COMPLETED', 90_000);
    await campaign.everythingCompletes();
    expect(campaign.log(jobId)).not.toContain('outside its slot');
  }, 200_000);
});
