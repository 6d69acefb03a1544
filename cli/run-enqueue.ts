import type { Command } from 'commander';
import { OactError } from '../core/errors.ts';
import type { Campaign } from '../core/load-config.ts';
import { listenForStop } from '../core/stop-signal.ts';
import { renderInput } from '../orca/render-input.ts';
import { enqueue, type EnqueueReport } from '../producer/enqueue.ts';
import type { JobPlan } from '../producer/plan-job.ts';
import { selectJobs } from '../producer/select-jobs.ts';
import { adoptCampaign } from './adopt-campaign.ts';
import { batchFromFlags } from './batch-from-flags.ts';
import { selectionFromFlags, type SelectionFlags } from './flags/selection-flags.ts';
import { checkRunLock } from './hold-run-lock.ts';
import { campaignOf, openCampaignWorkflow } from './open-campaign.ts';
import { openQueue } from './open-queue.ts';
import { print, printJson } from './print.ts';
import { startProgressBar } from './progress-bar.ts';
import type { BatchFlags } from './flags/batch-flags.ts';

/** Flags of `oact enqueue`. */
export interface EnqueueFlags extends SelectionFlags, BatchFlags {
  highWater?: number;
  dryRun?: boolean;
  json?: boolean;
}

/** What the rendered example of a dry run assumes; the slot decides when the job runs. */
const exampleResources = { ranks: 16, maxCoreMb: 4000 };
/** Reasons that are printed one by one; the rest are counted. */
const shownReasons = 5;

export async function runEnqueue(
  command: Command,
  flags: EnqueueFlags,
  legacy: { database: string | undefined; root: string | undefined },
): Promise<void> {
  const campaign =
    legacy.database === undefined
      ? campaignOf(command)
      : adoptCampaign(legacy.database, legacy.root, flags.dryRun === true);
  if (flags.dryRun === true) dryRun(campaign, flags);
  else await enqueueForReal(campaign, flags);
}

async function enqueueForReal(campaign: Campaign, flags: EnqueueFlags): Promise<void> {
  const batch = batchFromFlags(flags, campaign);
  const selection = selectionFromFlags(flags, campaign.config.job.maxFailCount);
  checkRunLock(campaign.dir);
  const workflow = openCampaignWorkflow(campaign);
  const stop = listenForStop();
  try {
    const open = await openQueue(campaign, 'producer');
    try {
      const highWater = flags.highWater ?? campaign.config.queue.highWater;
      const waiting = await open.queue.getWaitingCount();
      const batchSize = Math.min(selection.batchSize, Math.max(0, highWater - waiting));
      if (batchSize === 0) {
        throw new OactError(
          'NOTHING_TO_DO',
          `${waiting} jobs wait in the queue, and its high-water mark is ${highWater}`,
          {
            hint: 'Wait until consumers have worked on them, or raise --high-water.',
          },
        );
      }
      const bar = startProgressBar('enqueue', batchSize, flags.json === true);
      const report = await enqueue(workflow, open.queue, { ...selection, batchSize }, batch, {
        onProgress: bar.update,
        signal: stop.drain,
      }).finally(bar.stop);
      if (flags.json === true) printJson({ ...report, highWater, waitingBefore: waiting });
      else print(renderReport(report));
      if (report.queued === 0) throw nothingQueued(report);
    } finally {
      await open.close();
    }
  } finally {
    stop.dispose();
    workflow.close();
  }
}

function dryRun(campaign: Campaign, flags: EnqueueFlags): void {
  const batch = batchFromFlags(flags, campaign);
  const workflow = openCampaignWorkflow(campaign, { readOnly: true });
  const plans: JobPlan[] = [];
  try {
    const selection = selectionFromFlags(flags, campaign.config.job.maxFailCount);
    for (const page of selectJobs(workflow, selection, batch, 500)) plans.push(...page);
  } finally {
    workflow.close();
  }
  const jobs = plans.filter((plan) => plan.kind === 'job');
  const first = jobs[0];
  const input = first ? renderInput(first.calculation, exampleResources) : null;
  if (flags.json === true) {
    const list = jobs.map(({ recordId, formula, jobDir }) => ({ recordId, formula, jobDir }));
    printJson({ dryRun: true, jobs: list, others: plans.filter((plan) => plan.kind !== 'job'), input });
    return;
  }
  for (const job of jobs)
    print(`${String(job.recordId).padStart(8)}  ${job.formula.padEnd(20)} ${job.jobDir}`);
  print(
    renderReport({
      queued: jobs.length,
      refused: plans.filter((plan) => plan.kind === 'refused'),
      skipped: plans.filter((plan) => plan.kind === 'skipped'),
    }),
  );
  if (first && input !== null)
    print(
      `\nInput of record ${first.recordId}, as for a slot of ${exampleResources.ranks} cores:\n\n${input}`,
    );
  print('Dry run: nothing was written.');
}

export function renderReport(report: EnqueueReport): string {
  return [
    `${report.queued} queued, ${report.refused.length} refused, ${report.skipped.length} skipped`,
    ...renderReasons('refused', report.refused),
    ...renderReasons('skipped', report.skipped),
  ].join('\n');
}

function renderReasons(kind: string, list: EnqueueReport['refused']): string[] {
  const shown = list.slice(0, shownReasons);
  const more = list.length - shown.length;
  return [
    ...shown.map(({ recordId, reason }) => `  record ${recordId} ${kind}: ${reason}`),
    ...(more > 0 ? [`  … and ${more} more ${kind}`] : []),
  ];
}

function nothingQueued(report: EnqueueReport): OactError {
  return new OactError('NOTHING_TO_DO', 'no record was queued', {
    hint:
      report.refused.length + report.skipped.length > 0
        ? 'Every record that matched was refused or skipped for the reasons above.'
        : 'No record waits to be run and passes the filters; see oact status.',
  });
}
