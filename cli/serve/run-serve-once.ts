import type { Command } from 'commander';
import { defaultLane, noticeSeconds } from '../../core/job/queue-names.ts';
import { createLogger } from '../../core/logger.ts';
import { logFileOf } from '../flags/log-file.ts';
import { listenForStop } from '../../core/stop-signal.ts';
import { startStallCheck } from '../../reconciler/check-stalled.ts';
import { runAllocationRound } from '../alloc/allocation-round.ts';
import { openEntries } from '../alloc/open-entries.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { checkRunLock } from '../campaign/hold-run-lock.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { batchFromFlags } from '../enqueue/batch-from-flags.ts';
import { openCampaignTimes } from '../predict/campaign-times.ts';
import { arrangeSelection, expectOf } from '../predict/use-times.ts';
import { selectionFromFlags } from '../flags/selection-flags.ts';
import { openQueue } from '../redis/open-queue.ts';
import { exitSoon } from '../terminal/exit-soon.ts';
import { print, printJson } from '../terminal/print.ts';
import { afterFailureOf } from './after-failure.ts';
import { keepCampaign, type KeepTotals } from './keep-campaign.ts';
import { leadCampaign } from './lead-campaign.ts';
import { mendCampaign } from './mend-campaign.ts';
import { exitCodeOf } from './run-recover.ts';
import type { ServeFlags } from './run-serve.ts';

/** A round of a large campaign takes seconds; cron starts the next one in some minutes. */
const longestRoundMs = 60_000;

/**
 * One round of `oact serve`, for cron: nothing is waited for, and what fails is an error.
 * @throws OactError DATABASE_…, REDIS_…
 */
export async function runServeOnce(command: Command, flags: ServeFlags): Promise<void> {
  const campaign = campaignOf(command);
  const batch = batchFromFlags(flags, campaign);
  const chosen = selectionFromFlags(flags, campaign.config.job.maxFailCount);
  const afterFailure = afterFailureOf(campaign, flags);
  const entries = openEntries(campaign);
  checkRunLock(campaign.dir);
  const log = createLogger(logFileOf(flags));
  const workflow = openCampaignWorkflow(campaign);
  const stop = listenForStop();
  const times = openCampaignTimes(workflow, batch.recipe);
  const selection = arrangeSelection(chosen, flags.order, times, workflow);
  const leadership = leadCampaign({ workflow, log, leaseSeconds: flags.leaseSeconds });
  try {
    const open = await openQueue(campaign, 'producer', log);
    const shared = { lane: defaultLane, jobRoot: campaign.jobRoot, log, outage: open.outage };
    const stalls = startStallCheck(open.connection, { ...shared, campaignId: workflow.campaignId });
    try {
      await stalls.first;
      const totals = await keepCampaign({
        ...open,
        ...shared,
        workflow,
        signal: AbortSignal.any([stop.drain, AbortSignal.timeout(longestRoundMs)]),
        afterFailure,
        refill: {
          selection,
          batch,
          highWater: flags.highWater ?? campaign.config.queue.highWater,
          notedBy: 'oact serve --once',
        },
        keepSettled: campaign.config.queue.keepSettled,
        expect: expectOf(times),
        noticeSeconds: flags.noticeSeconds ?? noticeSeconds,
        untilDone: false,
        once: true,
        mend: () => mendCampaign(campaign, workflow, log),
        leadership,
      });
      // Another process may lead, and submit.
      if (entries.length > 0 && leadership.isLeading())
        await runAllocationRound({
          campaign,
          workflow,
          redis: open.redis,
          selection,
          times,
          entries,
          log,
          now: new Date(),
        });
      if (flags.json === true) printJson(totals);
      else print(renderTotals(totals));
      if (stop.drain.aborted) process.exitCode = exitCodeOf(stop.drain);
    } finally {
      await stalls.stop();
      leadership.stop();
      await open.close();
    }
  } finally {
    stop.dispose();
    workflow.close();
    exitSoon();
  }
}

function renderTotals({ settled, retried, queued, refused }: KeepTotals): string {
  const retries = retried === 0 ? '' : ` (${retried} retried)`;
  const bad = refused === 0 ? '' : `, ${refused} refused`;
  return `${settled} settled${retries}, ${queued} enqueued${bad}`;
}
