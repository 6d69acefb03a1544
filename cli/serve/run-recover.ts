import { constants } from 'node:os';
import type { Command } from 'commander';
import { finishPublishing } from '../../consumer/files/publish-result.ts';
import { OactError } from '../../core/errors.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { createLogger } from '../../core/logger.ts';
import { defaultLane } from '../../core/job/queue-names.ts';
import { listenForStop, type StopReason } from '../../core/stop-signal.ts';
import { auditQueue } from '../../producer/audit/audit-queue.ts';
import { mendRecords } from '../../reconciler/mend-records.ts';
import { recoverAttempts } from '../../reconciler/recover-attempts.ts';
import { recoverRecords } from '../../reconciler/recover-records.ts';
import type { RecoveryControl } from '../../reconciler/recover-report.ts';
import { sweepFinished } from '../../reconciler/sweep-finished.ts';
import { countOpenAttempts } from '../../workflow/attempts/count-open-attempts.ts';
import { listRecoverableIds } from '../../workflow/records/load-recoverable.ts';
import { loadNames } from '../../workflow/names/load-names.ts';
import { openWorkflow } from '../../workflow/database/open-workflow.ts';
import { restoreCampaignId } from '../../workflow/schema/restore-campaign-id.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { stopNode } from './stop-node.ts';
import { afterFailureOf, type RetryFlags } from './after-failure.ts';
import { adoptCampaign } from '../campaign/adopt-campaign.ts';
import { checkRunLock } from '../campaign/hold-run-lock.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { openQueue, type OpenQueue } from '../redis/open-queue.ts';
import { print, printJson } from '../terminal/print.ts';
import { startProgressBar } from '../terminal/progress-bar.ts';
import { sourcesOf } from './mend-campaign.ts';
import { hasRecovered, type RecoveryReport, renderRecovery } from './render-recovery.ts';
import { rowOf } from '../../orca/failures/catalogue.ts';

/** Flags of `oact recover`. */
export interface RecoverFlags extends RetryFlags {
  dryRun?: boolean;
  /** False for --no-queue. */
  queue: boolean;
  restoreId?: boolean;
  verbose?: boolean;
  json?: boolean;
}

export async function runRecover(
  command: Command,
  flags: RecoverFlags,
  legacy: { database: string | undefined; root: string | undefined },
): Promise<void> {
  const isDryRun = flags.dryRun ?? false;
  const campaign =
    legacy.database === undefined
      ? campaignOf(command)
      : adoptCampaign(legacy.database, legacy.root, isDryRun);
  checkRunLock(campaign.dir);
  if (flags.restoreId === true && !isDryRun) restoreId(campaign);
  const workflow = openCampaignWorkflow(campaign, { readOnly: isDryRun });
  const stop = listenForStop();
  try {
    const open = flags.queue
      ? await openQueue(campaign, isDryRun ? 'board' : 'producer', createLogger())
      : undefined;
    try {
      const report = await recover(campaign, workflow, open, stop.drain, flags);
      if (flags.json === true) printJson(report);
      else print(renderRecovery(report, flags.verbose === true, (ids) => loadNames(workflow, ids)));
      if (report.interrupted) process.exitCode = exitCodeOf(stop.drain);
      else if (!hasRecovered(report)) throw nothingRecovered();
    } finally {
      await open?.close();
    }
  } finally {
    stop.dispose();
    workflow.close();
  }
}

/**
 * Disk first, the queue last, so that the queue follows a database that knows everything. Each page is a transaction of its
 * own: stopped anywhere, the next call does the rest.
 */
async function recover(
  campaign: Campaign,
  workflow: Workflow,
  open: OpenQueue | undefined,
  signal: AbortSignal,
  flags: RecoverFlags,
): Promise<RecoveryReport> {
  const isDryRun = flags.dryRun ?? false;
  const report: RecoveryReport = {
    dryRun: isDryRun,
    sweep: null,
    records: [],
    stops: { batches: [], nodes: [] },
    drained: open !== undefined,
    audit: null,
    jobs: [],
    interrupted: false,
  };
  const log = createLogger();
  // The jobs of retries are added by the audit at the end.
  const afterFailure = afterFailureOf(campaign, flags);
  if (open && !isDryRun)
    report.sweep = await sweepFinished(workflow, open.redis, {
      rulesOf: rowOf,
      lane: defaultLane,
      jobRoot: campaign.jobRoot,
      log,
      afterFailure,
      keepSettled: campaign.config.queue.keepSettled,
      stopNode: (node) => stopNode(open.redis, workflow.campaignId, defaultLane, node),
    });
  report.stops.batches.push(...(report.sweep?.stopped ?? []));
  report.stops.nodes.push(...(report.sweep?.stoppedNodes ?? []));
  const total = countOpenAttempts(workflow) + listRecoverableIds(workflow).length;
  const bar = startProgressBar('recover', total, flags.json === true);
  let done = 0;
  const control: RecoveryControl = {
    // The database of a dry run may have lost its own.
    campaignId: campaign.config.campaign,
    isDryRun,
    signal,
    onStep: (step) => report.records.push(step),
    onProgress: (count) => bar.update((done += count)),
    finishFiles: finishPublishing,
    afterFailure,
    onStops: ({ batches, nodes }) => {
      report.stops.batches.push(...batches);
      report.stops.nodes.push(...nodes);
    },
  };
  const sources = sourcesOf(campaign);
  try {
    await recoverAttempts(workflow, control);
    await mendRecords(workflow, sources, control, null);
    await recoverRecords(workflow, sources, control);
  } finally {
    bar.stop();
  }
  if (open)
    for (const node of report.stops.nodes) await stopNode(open.redis, workflow.campaignId, defaultLane, node);
  report.interrupted = signal.aborted;
  if (open && !signal.aborted)
    report.audit = await auditQueue(workflow, open.queue, open.redis, {
      lane: defaultLane,
      isDryRun,
      onChange: (change) => report.jobs.push(change),
    });
  return report;
}

function restoreId(campaign: Campaign): void {
  const workflow = openWorkflow(campaign.databasePath);
  try {
    if (workflow.campaignId !== campaign.config.campaign)
      restoreCampaignId(workflow, campaign.config.campaign);
  } finally {
    workflow.close();
  }
}

/** 128 + n, as a shell tells of a signal. */
export function exitCodeOf(signal: AbortSignal): number {
  const reason: StopReason = signal.reason;
  return 128 + constants.signals[reason.signal];
}

function nothingRecovered(): OactError {
  return new OactError(
    'NOTHING_TO_DO',
    'database, queue and job directories agree: there is nothing to recover',
  );
}
