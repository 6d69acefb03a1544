import type { Command } from 'commander';
import { createLogger } from '../../core/logger.ts';
import { defaultLane, noticeSeconds } from '../../core/job/queue-names.ts';
import { listenForStop } from '../../core/stop-signal.ts';
import { type AuditReport, auditQueue } from '../../producer/audit/audit-queue.ts';
import { readdJobs } from '../../producer/audit/readd-jobs.ts';
import { startStallCheck } from '../../reconciler/check-stalled.ts';
import { type SweepReport, sweepFinished } from '../../reconciler/sweep-finished.ts';
import { afterFailureOf, type RetryFlags } from './after-failure.ts';
import { exitSoon } from '../terminal/exit-soon.ts';
import { checkRunLock } from '../campaign/hold-run-lock.ts';
import { keepCampaign } from './keep-campaign.ts';
import { renderStops, stopNode } from './stop-node.ts';
import { mendCampaign } from './mend-campaign.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { openQueue, waitForQueue } from '../redis/open-queue.ts';
import { print, printJson } from '../terminal/print.ts';
import { rowOf } from '../../orca/failures/catalogue.ts';

/** Flags of `oact reconcile`. */
export interface ReconcileFlags extends RetryFlags {
  once?: boolean;
  json?: boolean;
  /** For tests, seconds. */
  noticeSeconds?: number;
  stalledInterval?: number;
}

export async function runReconcile(command: Command, flags: ReconcileFlags): Promise<void> {
  const campaign = campaignOf(command);
  const afterFailure = afterFailureOf(campaign, flags);
  checkRunLock(campaign.dir);
  const log = createLogger();
  const isOnce = flags.once === true;
  const notice = flags.noticeSeconds ?? noticeSeconds;
  // The loop comes back anyway, and must see its stop signal.
  const workflow = openCampaignWorkflow(campaign, isOnce ? {} : { tries: 1 });
  const stop = listenForStop();
  try {
    const open = isOnce
      ? await openQueue(campaign, 'producer', log)
      : await waitForQueue(campaign, 'producer', log, stop.drain);
    if (!open) return;
    const { keepSettled } = campaign.config.queue;
    const shared = { lane: defaultLane, jobRoot: campaign.jobRoot, log, outage: open.outage, afterFailure };
    const stalls = startStallCheck(open.connection, {
      ...shared,
      campaignId: workflow.campaignId,
      noticeSeconds: notice,
      ...(flags.stalledInterval !== undefined && { intervalSeconds: flags.stalledInterval }),
    });
    try {
      if (isOnce) {
        const sweep = await sweepFinished(workflow, open.redis, {
          rulesOf: rowOf,
          ...shared,
          keepSettled,
          addRetries: (retries) => readdJobs(workflow, open.queue, retries, true),
          stopNode: (node) => stopNode(open.redis, workflow.campaignId, defaultLane, node),
        });
        const audit = await auditQueue(workflow, open.queue, open.redis, {
          lane: defaultLane,
          log,
          noticeSeconds: notice,
        });
        const mended = await mendCampaign(campaign, workflow, log);
        if (flags.json === true) printJson({ sweep, audit, mended });
        else print(renderRound(sweep, audit, mended.length));
      } else {
        const totals = await keepCampaign({
          ...open,
          ...shared,
          workflow,
          signal: stop.drain,
          refill: null,
          keepSettled,
          noticeSeconds: notice,
          untilDone: false,
          mend: () => mendCampaign(campaign, workflow, log),
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
    exitSoon();
  }
}

/** What one round did: back into the database, then both directions of the audit. */
function renderRound(sweep: SweepReport, audit: AuditReport, mended: number): string {
  const { readded, refused, postponed: later, overruled, misjudged, released, cancelled } = audit;
  // Attempts that were closed as overruled are not among those that were compared with the queue.
  const underWay = audit.checked - readded - refused - later - released - cancelled;
  const postponed =
    later === 0 ? '' : `, ${later} later, because Redis came back empty and consumers may still run them`;
  const awaited =
    sweep.awaited === 0 ? '' : `, ${sweep.awaited} whose result file is not visible on this node yet`;
  return [
    ...renderStops({ batches: sweep.stopped, nodes: sweep.stoppedNodes }, true),
    `${sweep.settled} settled (${sweep.retried} retried), ${sweep.stale} stale, ${underWay} under way${awaited}`,
    `database → queue: ${readded} added again, ${refused} refused${postponed}`,
    `queue → database: ${audit.withdrawn} withdrawn, ${cancelled} cancelled, ${released} of stopped batches given back, ${overruled} attempts closed because another tool reset their records`,
    ...(misjudged === 0
      ? []
      : [`another tool changed ${misjudged} records whose jobs are on the queue: they are running again`]),
    ...(mended === 0 ? [] : [`${mended} records restored that another tool had changed`]),
  ].join('\n');
}
