import type { Command } from 'commander';
import { createLogger } from '../core/logger.ts';
import { defaultLane } from '../core/queue-names.ts';
import { listenForStop } from '../core/stop-signal.ts';
import { startStallCheck } from '../reconciler/check-stalled.ts';
import { batchFromFlags } from './batch-from-flags.ts';
import { selectionFromFlags, type SelectionFlags } from './flags/selection-flags.ts';
import { checkRunLock } from './hold-run-lock.ts';
import { keepCampaign } from './keep-campaign.ts';
import { campaignOf, openCampaignWorkflow } from './open-campaign.ts';
import { openQueue } from './open-queue.ts';
import type { BatchFlags } from './flags/batch-flags.ts';

/** Flags of `oact serve`. */
export interface ServeFlags extends SelectionFlags, BatchFlags {
  highWater?: number;
  /** For tests, seconds. */
  stalledInterval?: number;
}

export async function runServe(command: Command, flags: ServeFlags): Promise<void> {
  const campaign = campaignOf(command);
  const batch = batchFromFlags(flags, campaign);
  const selection = selectionFromFlags(flags, campaign.config.job.maxFailCount);
  const highWater = flags.highWater ?? campaign.config.queue.highWater;
  checkRunLock(campaign.dir);
  const log = createLogger();
  const workflow = openCampaignWorkflow(campaign);
  const stop = listenForStop((reason) => log.info({ ...reason }, 'stop signal received'));
  try {
    const open = await openQueue(campaign, 'producer');
    const shared = { lane: defaultLane, jobRoot: campaign.jobRoot, log };
    const stalls = await startStallCheck(open.connection, {
      ...shared,
      campaignId: workflow.campaignId,
      ...(flags.stalledInterval !== undefined && { intervalSeconds: flags.stalledInterval }),
    });
    log.info({ campaign: campaign.dir, redis: open.address.url, highWater }, 'serving');
    try {
      const totals = await keepCampaign({
        ...open,
        ...shared,
        workflow,
        signal: stop.drain,
        refill: { selection, batch, highWater },
        untilDone: false,
      });
      log.info({ ...totals }, 'stopped serving');
    } finally {
      await stalls.stop();
      await open.close();
    }
  } finally {
    stop.dispose();
    workflow.close();
  }
}
