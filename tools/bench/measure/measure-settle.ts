import { copyFileSync, rmSync } from 'node:fs';
import { createLogger } from '../../../core/logger.ts';
import { defaultLane } from '../../../core/job/queue-names.ts';
import { enqueue } from '../../../producer/enqueue.ts';
import { sweepFinished } from '../../../reconciler/sweep-finished.ts';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';
import type { BenchContext } from '../bench-context.ts';
import type { Measurement } from '../figure.ts';
import { finishJobs } from '../campaign/finish-jobs.ts';
import { batchOf, makeCampaign, selectionOf } from '../campaign/make-campaign.ts';
import { openQueue } from '../campaign/open-queue.ts';
import { replayUpdates } from '../timing/settle-floor.ts';
import { pickMedianRound, type Round, timeSeconds } from '../statistics.ts';
import { rowOf } from '../../../orca/failures/catalogue.ts';

/** The reconciler's own: so many results share a transaction. */
const batchSize = 250;

/** Finished jobs into rows, against the same updates by SQLite alone. */
export async function measureSettle(context: BenchContext): Promise<Measurement> {
  const [jobCount, roundCount] = context.isQuick ? [500, 2] : [5000, 5];
  const log = createLogger({ level: 'warn' });
  const rounds: Round[] = [];
  for (let round = 0; round < roundCount; round++) {
    const campaign = await makeCampaign(context.dir, jobCount);
    const workflow = openWorkflow(campaign.databasePath);
    const { queue, redis, close } = await openQueue(context, campaign.campaignId);
    await enqueue(workflow, queue, selectionOf('id', jobCount), batchOf(campaign));
    await finishJobs(context, campaign);
    const copy = `${campaign.databasePath}.before`;
    copyFileSync(campaign.databasePath, copy);
    const options = { rulesOf: rowOf, lane: defaultLane, jobRoot: campaign.jobRoot, log };
    const seconds = await timeSeconds(async () => {
      const { settled } = await sweepFinished(workflow, redis, options);
      if (settled !== jobCount) throw new Error(`${settled} of ${jobCount} results were settled`);
    });
    const floorSeconds = replayUpdates(copy, campaign.databasePath, batchSize);
    rounds.push({ value: jobCount / seconds, floor: jobCount / floorSeconds });
    await close();
    workflow.close();
    rmSync(campaign.dir, { recursive: true });
  }
  const { value, floor } = pickMedianRound(rounds);
  return {
    figures: [
      {
        what: 'settle finished jobs',
        unit: 'results/s',
        value,
        floor: { what: 'the same updates by SQLite', value: floor },
        target: { atLeast: 0.6 },
      },
    ],
    notes: [
      `${jobCount} results in transactions of ${batchSize}, synchronous=FULL, median of ${roundCount}; the sweep also reads Redis, checks, and removes`,
    ],
  };
}
