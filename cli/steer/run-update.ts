import type { Command } from 'commander';
import { judgeOutput } from '../../consumer/files/judge-output.ts';
import { finishPublishing } from '../../consumer/files/publish-result.ts';
import { OactError } from '../../core/errors.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { defaultLane } from '../../core/job/queue-names.ts';
import { createLogger } from '../../core/logger.ts';
import { listenForStop } from '../../core/stop-signal.ts';
import type { StoppedNode } from '../../core/waiting/stopped-batch.ts';
import { recoverAttempts } from '../../reconciler/recover-attempts.ts';
import { recoverRecords } from '../../reconciler/recover-records.ts';
import type { RecoveryControl } from '../../reconciler/recover-report.ts';
import { countOpenAttempts } from '../../workflow/attempts/count-open-attempts.ts';
import { listRecoverableIds } from '../../workflow/records/load-recoverable.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { adoptCampaign } from '../campaign/adopt-campaign.ts';
import { loadNames } from '../../workflow/names/load-names.ts';
import { tryOpenQueue } from '../redis/try-open-queue.ts';
import { afterFailureOf, type RetryFlags } from '../serve/after-failure.ts';
import { stopNode } from '../serve/stop-node.ts';
import { askYes } from '../terminal/ask-yes.ts';
import { createJobDirFinder } from '../campaign/find-job-dirs.ts';
import { checkRunLock } from '../campaign/hold-run-lock.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { print, printJson } from '../terminal/print.ts';
import { startProgressBar } from '../terminal/progress-bar.ts';
import { renderUpdate, type UpdateReport } from './render-update.ts';
import { exitCodeOf } from '../serve/run-recover.ts';

/** Flags of `oact update`. */
export interface UpdateFlags extends RetryFlags {
  fromDisk?: boolean;
  recheckCompleted?: boolean;
  dryRun?: boolean;
  yes?: boolean;
  verbose?: boolean;
  json?: boolean;
}

export async function runUpdate(
  command: Command,
  flags: UpdateFlags,
  legacy: { database: string | undefined; root: string | undefined },
): Promise<void> {
  if (flags.fromDisk !== true) {
    throw new OactError('USAGE', 'no source is given: use --from-disk to read the job directories', {
      hint: 'oact serve and reconcile write what consumers report.',
    });
  }
  const isDryRun = flags.dryRun ?? false;
  const campaign =
    legacy.database === undefined
      ? campaignOf(command)
      : adoptCampaign(legacy.database, legacy.root, isDryRun);
  checkRunLock(campaign.dir);
  const stop = listenForStop();
  const namesOf = (ids: readonly number[]): ReadonlyMap<number, string> => {
    const workflow = openCampaignWorkflow(campaign, { readOnly: true });
    try {
      return loadNames(workflow, ids);
    } finally {
      workflow.close();
    }
  };
  try {
    const found = await update(campaign, flags, stop.drain, true);
    const count = found.records.filter(({ kind }) => kind !== 'left').length;
    const isOver = isDryRun || count === 0 || found.interrupted;
    if (!isOver && flags.yes !== true) {
      if (flags.json !== true) print(renderUpdate(found, flags.verbose === true, namesOf));
      await confirm(count);
    }
    const report = isOver ? found : await update(campaign, flags, stop.drain, false);
    report.dryRun = isDryRun;
    if (flags.json === true) printJson(report);
    else print(renderUpdate(report, flags.verbose === true, namesOf));
    if (report.interrupted) process.exitCode = exitCodeOf(stop.drain);
    else if (count === 0)
      throw new OactError('NOTHING_TO_DO', 'the job directories have nothing that is not in the table');
  } finally {
    stop.dispose();
  }
}

/** Pages in transactions of their own: stopped anywhere, the next call does the rest. */
async function update(
  campaign: Campaign,
  flags: UpdateFlags,
  signal: AbortSignal,
  isDryRun: boolean,
): Promise<UpdateReport> {
  const workflow: Workflow = openCampaignWorkflow(campaign, { readOnly: isDryRun });
  try {
    const statuses = ['to_run', 'ready', 'running', 'failed', 'timeout'];
    if (flags.recheckCompleted === true) statuses.push('completed');
    const looked = countOpenAttempts(workflow) + listRecoverableIds(workflow, statuses).length;
    const report: UpdateReport = {
      dryRun: isDryRun,
      looked,
      records: [],
      stops: { batches: [], nodes: [] },
      drained: false,
      interrupted: false,
    };
    const bar = startProgressBar(isDryRun ? 'look' : 'update', looked, flags.json === true);
    let done = 0;
    const control: RecoveryControl = {
      campaignId: campaign.config.campaign,
      isDryRun,
      signal,
      onStep: (step) => report.records.push(step),
      onProgress: (count) => bar.update((done += count)),
      finishFiles: finishPublishing,
      // The jobs of retries are added by the next audit.
      afterFailure: afterFailureOf(campaign, flags),
      onStops: ({ batches, nodes }) => {
        report.stops.batches.push(...batches);
        report.stops.nodes.push(...nodes);
      },
    };
    const { jobDirPattern } = campaign.config;
    const jobDirOf = createJobDirFinder(campaign.jobRoot, jobDirPattern);
    const hasOwnDirs = jobDirPattern.includes('{id}');
    try {
      await recoverAttempts(workflow, control);
      await recoverRecords(
        workflow,
        { jobDirOf, judgeOutput: (path) => judgeOutput(path, campaign.config), hasOwnDirs, statuses },
        control,
      );
    } finally {
      bar.stop();
    }
    report.interrupted = signal.aborted;
    if (report.stops.nodes.length > 0) report.drained = await drain(campaign, workflow, report.stops.nodes);
    return report;
  } finally {
    workflow.close();
  }
}

/** @returns false: Redis is down, and nobody was asked */
async function drain(
  campaign: Campaign,
  workflow: Workflow,
  nodes: readonly StoppedNode[],
): Promise<boolean> {
  const { open } = await tryOpenQueue(campaign, createLogger());
  if (open === null) return false;
  try {
    for (const node of nodes) await stopNode(open.redis, workflow.campaignId, defaultLane, node);
    return true;
  } finally {
    await open.close();
  }
}

/** @throws OactError USAGE when nobody says yes */
async function confirm(count: number): Promise<void> {
  if (await askYes(`Write ${count === 1 ? 'this change' : `these ${count} changes`} into the table?`)) return;
  throw new OactError('USAGE', 'nothing was written', { hint: 'To confirm without a terminal, add --yes.' });
}
