import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cutSlots } from '../../../consumer/cores/cut-slots.ts';
import { discoverCores } from '../../../consumer/cores/discover-cores.ts';
import { formatCpuList } from '../../../consumer/cores/parse-cpu-list.ts';
import { type Flux, hasFlux, startFlux } from '../../support/schedulers/flux.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { type ScheduledCampaign, startScheduledCampaign } from './scheduled-campaign.ts';

const recordCount = 24;

describe.skipIf(!hasFlux() || !hasPrograms('redis-server'))('consumer.flux on two nodes', () => {
  let flux: Flux;
  let campaign: ScheduledCampaign;

  beforeAll(async () => {
    flux = await startFlux();
    campaign = await startScheduledCampaign(flux, recordCount);
  });
  afterEach(() => flux.cancelJobs());
  afterAll(async () => {
    await flux.stop();
    await campaign.stop();
  });

  it('hands everything back when a person tells it to, and ends well', async () => {
    const slots = cutSlots(discoverCores(), { slots: 2, coresPerSlot: 1, reserveCores: 0 });
    const pinned = slots.map(({ slot, cores }) => `${slot}: ${formatCpuList(cores)}`);
    const jobId = await campaign.submit('100', '--grace', '0');
    await campaign.underWay(jobId);
    await expect.poll(() => campaign.masks(), { timeout: 20_000 }).toEqual({ n1: pinned, n2: pinned });

    // As the head of the script says.
    await flux.run('proxy', jobId, 'flux', 'job', 'killall', '--force', '--signal=SIGUSR1');

    await flux.becomes(jobId, 'COMPLETED');
    expect(campaign.countInLog(jobId, '"signal":"SIGUSR1","forced":false')).toBe(2);
    expect(campaign.countInLog(jobId, '"endings":{"handed_back":2}')).toBe(2);
    await campaign.everythingWasHandedBack();
  }, 150_000);

  it('runs the whole queue on both nodes and gives them back when there is nothing left', async () => {
    const jobId = await campaign.submit('0.2', '--idle-timeout', '2s');
    await flux.becomes(jobId, 'COMPLETED', 90_000);
    await campaign.everythingCompletes();
    const attempts = campaign.attempts();
    expect(campaign.countInLog(jobId, '"msg":"consumer started"')).toBe(2);
    expect(campaign.countInLog(jobId, '"endings":{"completed":')).toBe(2);
    const allocations = new Set(attempts.map(({ allocation_id }) => allocation_id ?? ''));
    expect(allocations.size).toBe(1);
    expect(await flux.run('job', 'id', '--to=dec', ...allocations)).toBe(jobId);
  }, 120_000);
});
