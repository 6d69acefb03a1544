import type { Command } from 'commander';
import { createLogger } from '../core/logger.ts';
import { defaultLane } from '../core/queue-names.ts';
import { listenForStop } from '../core/stop-signal.ts';
import { auditQueue } from '../producer/audit-queue.ts';
import { startStallCheck } from '../reconciler/check-stalled.ts';
import { sweepFinished } from '../reconciler/sweep-finished.ts';
import { checkRunLock } from './hold-run-lock.ts';
import { keepCampaign } from './keep-campaign.ts';
import { campaignOf, openCampaignWorkflow } from './open-campaign.ts';
import { openQueue } from './open-queue.ts';
import { print, printJson } from './print.ts';

/** Flags of `oact reconcile`. */
export interface ReconcileFlags {
  once?: boolean;
  json?: boolean;
}

export async function runReconcile(command: Command, flags: ReconcileFlags): Promise<void> {
  const campaign = campaignOf(command);
  checkRunLock(campaign.dir);
  const log = createLogger();
  const workflow = openCampaignWorkflow(campaign);
  const stop = listenForStop();
  try {
    const open = await openQueue(campaign, 'producer');
    const shared = { lane: defaultLane, jobRoot: campaign.jobRoot, log };
    const stalls = await startStallCheck(open.connection, { ...shared, campaignId: workflow.campaignId });
    try {
      if (flags.once === true) {
        const sweep = await sweepFinished(workflow, open.redis, shared);
        const audit = await auditQueue(workflow, open.queue, open.redis, defaultLane);
        if (flags.json === true) printJson({ sweep, audit });
        else
          print(
            `${sweep.settled} settled, ${sweep.stale} stale, ${audit.readded} added again, ${audit.checked - audit.readded} under way`,
          );
      } else {
        const totals = await keepCampaign({
          ...open,
          ...shared,
          workflow,
          signal: stop.drain,
          refill: null,
          untilDone: false,
        });
        if (flags.json === true) printJson(totals);
      }
    } finally {
      await stalls.stop();
      await open.close();
    }
  } finally {
    stop.dispose();
    workflow.close();
  }
}
