import { describe, expect, it } from 'vitest';
import { openCampaignTimes } from '../../../cli/predict/campaign-times.ts';
import { forecast } from '../../../cli/predict/keep-forecast.ts';
import { measureDemand } from '../../../cli/alloc/measure-demand.ts';
import { configSchema } from '../../../core/config/config.ts';
import { defaultLane } from '../../../core/job/queue-names.ts';
import { announcementsKey, renderAnnouncement } from '../../../core/progress/consumer-registry.ts';
import { enqueue } from '../../../producer/enqueue.ts';
import { aSelection, type LoginNode, makeLoginNode } from '../../producer/a-campaign.ts';
import { useRedis } from '../../support/use-redis.ts';
import { addCarbons, endCarbons, fortySizes, secondsOf } from './a-timed-campaign.ts';

const redis = useRedis();
const now = new Date();

async function announce({ redis: client, workflow }: LoginNode, slots: number): Promise<void> {
  const said = renderAnnouncement({
    node: 'n1',
    allocationId: null,
    pid: 1,
    slots,
    busy: 0,
    state: 'running',
    reason: null,
    why: null,
    startedAt: now.toISOString(),
    seenAt: now.toISOString(),
    endsAt: null,
    jobs: [],
  });
  await client.hset(announcementsKey(workflow.campaignId, defaultLane), 'n1:1:00000000', said);
}

describe('the expected end of a campaign', () => {
  it('counts the queue and the table, on the slots of the consumers that are there', async () => {
    const node = await makeLoginNode(redis.address, []);
    const { workflow } = node;
    endCarbons(workflow, fortySizes);
    const sizes = Array.from({ length: 60 }, (_, index) => 10 + (index % 30));
    const ids = addCarbons(workflow, sizes);
    const from = Math.min(...ids);
    const to = from + 19;
    await enqueue(workflow, node.queue, aSelection({ ids: [{ from, to }] }), node.batch);
    const times = openCampaignTimes(workflow, node.batch.recipe);
    const source = { ...node, times, ids: null };
    expect(await forecast(source, now)).toBeNull();
    await announce(node, 4);
    const found = await forecast(source, now);
    const seconds = (Date.parse(found?.endAt ?? '') - now.getTime()) / 1000;
    const bound = sizes.reduce((sum, carbons) => sum + secondsOf(carbons), 0) / 4;
    expect(seconds / bound).toBeGreaterThan(0.85);
    expect(seconds / bound).toBeLessThan(1.25);
    expect(Date.parse(found?.lateAt ?? '')).toBeGreaterThan(Date.parse(found?.earlyAt ?? ''));
    expect(found).toMatchObject({ slots: 4, runs: 40 });
  });

  it('has the same work for allocations by demand, which predicts it job by job', async () => {
    const node = await makeLoginNode(redis.address, []);
    endCarbons(node.workflow, fortySizes);
    const sizes = Array.from({ length: 50 }, (_, index) => 10 + index);
    addCarbons(node.workflow, sizes);
    const campaign = {
      dir: '/c',
      config: configSchema.parse({ campaign: node.workflow.campaignId }),
      databasePath: node.workflow.path,
      jobRoot: node.jobRoot,
      layers: { user: {}, campaign: {}, environment: {}, flag: {} },
    };
    const work = await measureDemand({ ...node, campaign, selection: { ids: null } });
    const truly = sizes.reduce((sum, carbons) => sum + secondsOf(carbons), 0);
    expect(work).toMatchObject({ waiting: 50, predicted: 1 });
    expect(work.slotSeconds / truly).toBeCloseTo(1, 0.5);
    expect(Math.abs(Math.log(work.slotSeconds / truly))).toBeLessThan(0.2);
  });
});
