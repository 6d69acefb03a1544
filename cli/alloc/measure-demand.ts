/** How much work is ahead of a campaign, from the database and the queue. */
import type { Campaign } from '../../core/config/load-config.ts';
import { countQueue } from '../../infra/redis/count-queue.ts';
import { type ExpectedWork, expectWork } from '../../packing/demand/expect-work.ts';
import { weighInLanes } from '../../packing/demand/weigh-lanes.ts';
import type { Selection } from '../../producer/supply/selection.ts';
import { listEndedTimes, sampleWaiting } from '../../workflow/allocations/measure-backlog.ts';
import { countOpenAttempts } from '../../workflow/attempts/count-open-attempts.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { countWaiting } from '../../workflow/records/count-waiting.ts';
import { type CampaignTimes, openCampaignTimes, recipeOf } from '../predict/campaign-times.ts';
import type { OpenRedis } from '../redis/open-redis.ts';
import { readLeftOut } from '../../workflow/steering/left-out.ts';

export interface DemandSource {
  workflow: Workflow;
  campaign: Campaign;
  /** null: Redis does not answer; what is claimed counts as waiting then. */
  redis: OpenRedis['redis'] | null;
  /** Which records `oact serve` puts on the queue. */
  selection: Pick<Selection, 'ids'>;
  /** Left out: the times of the campaign's own recipe are looked at. */
  times?: CampaignTimes;
}

export async function measureDemand({
  workflow,
  campaign,
  redis,
  selection,
  times = openCampaignTimes(workflow, recipeOf(campaign)),
}: DemandSource): Promise<ExpectedWork> {
  const inTable = countWaiting(workflow, selection.ids);
  // What no claim takes is no work.
  const leftOut = readLeftOut(workflow)?.leftOut.reduce((sum, { records }) => sum + records, 0) ?? 0;
  const queue = redis === null ? null : await countQueue(redis, workflow.campaignId);
  const claimed = queue === null ? countOpenAttempts(workflow) : queue.waiting + queue.delayed;
  const sample = inTable === 0 ? [] : sampleWaiting(workflow, selection.ids, inTable);
  const waiting = Math.max(0, inTable - leftOut) + claimed;
  return expectWork(
    {
      waiting,
      running: queue?.active ?? 0,
      sampleAtoms: sample.map(({ atoms }) => atoms),
      sampleSeconds: sample.map((record) => times.predict(record)?.mean ?? null),
      sampleSlots: sample.map(({ elements, charge, ...record }) =>
        weighInLanes(campaign.config.lanes, {
          elements: elements?.split(';') ?? [],
          charge: charge ?? 0,
          recipe: recipeOf(campaign).recipe,
          expectedSeconds: times.predict({ elements, charge, ...record })?.median ?? null,
        }),
      ),
    },
    listEndedTimes(workflow),
    campaign.config.job.timeRequest,
  );
}
