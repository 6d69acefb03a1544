import type { Command } from 'commander';
import { OactError } from '../../core/errors.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { nameRecord, type NamesOf } from '../../core/job/name-record.ts';
import { countWaiting } from '../../core/redis/lane-queues.ts';
import { createLogger, type Logger } from '../../core/logger.ts';
import { describeLeftOut, type LeftOut } from '../../core/waiting/left-out.ts';
import { listenForStop } from '../../core/stop-signal.ts';
import { findUnitDoubt } from '../../orca/input/find-suspect-input.ts';
import { renderInput } from '../../orca/input/render-input.ts';
import { enqueue, type EnqueueReport } from '../../producer/enqueue.ts';
import type { JobPlan } from '../../producer/plan-job.ts';
import { type Claimable, selectJobs } from '../../producer/select-jobs.ts';
import { createSupply, type Supply } from '../../producer/supply/create-supply.ts';
import { loadNames } from '../../workflow/names/load-names.ts';
import { nameLeftOut, noteLeftOut } from '../../workflow/steering/left-out.ts';
import { adoptCampaign } from '../campaign/adopt-campaign.ts';
import { batchFromFlags } from './batch-from-flags.ts';
import { exampleSlot } from './example-slot.ts';
import { openCampaignTimes } from '../predict/campaign-times.ts';
import { arrangeSelection, expectOf } from '../predict/use-times.ts';
import { selectionFromFlags, type SelectionFlags } from '../flags/selection-flags.ts';
import { exitSoon } from '../terminal/exit-soon.ts';
import { giveUpOnRedis } from '../redis/give-up-on-redis.ts';
import { checkRunLock } from '../campaign/hold-run-lock.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { noteDoubts, noteUnsaid } from './note-doubts.ts';
import { openQueue } from '../redis/open-queue.ts';
import { print, printJson } from '../terminal/print.ts';
import { startProgressBar } from '../terminal/progress-bar.ts';
import { watchQueue } from './watch-queue.ts';
import type { BatchFlags } from '../flags/batch-flags.ts';

/** Flags of `oact enqueue`. */
export interface EnqueueFlags extends SelectionFlags, BatchFlags {
  highWater?: number;
  watch?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

/** Reasons that are printed one by one; the rest are counted. */
const shownReasons = 5;
/** EX_TEMPFAIL: stopped with work left. */
const stoppedExitCode = 75;

export async function runEnqueue(
  command: Command,
  flags: EnqueueFlags,
  legacy: { database: string | undefined; root: string | undefined },
): Promise<void> {
  const campaign =
    legacy.database === undefined
      ? campaignOf(command)
      : adoptCampaign(legacy.database, legacy.root, flags.dryRun === true);
  if (flags.watch === true && flags.dryRun === true)
    throw new OactError('USAGE', '--watch and --dry-run contradict each other');
  if (flags.dryRun === true) await dryRun(campaign, flags);
  else if (flags.watch === true) await watch(campaign, flags);
  else await enqueueForReal(campaign, flags);
}

async function watch(campaign: Campaign, flags: EnqueueFlags): Promise<void> {
  const batch = batchFromFlags(flags, campaign);
  const selection = selectionFromFlags(flags, campaign.config.job.maxFailCount);
  const highWater = flags.highWater ?? campaign.config.queue.highWater;
  checkRunLock(campaign.dir);
  const notedBy = 'oact enqueue --watch';
  await watchQueue(campaign, { selection, batch, highWater, notedBy }, flags);
}

async function enqueueForReal(campaign: Campaign, flags: EnqueueFlags): Promise<void> {
  const batch = batchFromFlags(flags, campaign);
  const chosen = selectionFromFlags(flags, campaign.config.job.maxFailCount, 'small');
  checkRunLock(campaign.dir);
  const workflow = openCampaignWorkflow(campaign);
  const stop = listenForStop();
  const log = createLogger();
  try {
    const times = openCampaignTimes(workflow, batch.recipe);
    const selection = arrangeSelection(chosen, flags.order, times, workflow);
    noteUnsaid(workflow, selection.ids);
    const open = await openQueue(campaign, 'producer', log);
    try {
      const highWater = flags.highWater ?? campaign.config.queue.highWater;
      const waiting = await giveUpOnRedis(countWaiting(open.queue), open.outage, stop.drain);
      if (waiting === 'given_up') return leave(log);
      const batchSize = Math.min(selection.batchSize, Math.max(0, highWater - waiting));
      if (batchSize === 0) {
        throw new OactError(
          'NOTHING_TO_DO',
          `${waiting} jobs already wait on the queue, and its high-water mark is ${highWater}`,
          {
            hint: 'Wait until consumers have taken some, or raise --high-water.',
          },
        );
      }
      const bar = startProgressBar('enqueue', batchSize, flags.json === true);
      const enqueued = enqueue(workflow, open.queue, { ...selection, batchSize }, batch, {
        onProgress: bar.update,
        signal: stop.drain,
        expect: expectOf(times),
      });
      const report = await giveUpOnRedis(enqueued, open.outage, stop.drain).finally(bar.stop);
      if (report === 'given_up') return leave(log);
      const leftOut = nameLeftOut(workflow, report.leftOut);
      // Only a look through all that wait tells what is left out.
      if (report.queued + report.refused.length < batchSize && !stop.drain.aborted)
        noteLeftOut(workflow, 'oact enqueue', leftOut);
      const named = { ...report, leftOut };
      if (flags.json === true) printJson({ ...named, highWater, waitingBefore: waiting });
      else print(renderReport(named, (ids) => loadNames(workflow, ids)));
      if (report.left > 0) {
        const all = report.queued + report.refused.length + report.left;
        process.stderr.write(
          `oact: stopped by a signal: ${report.left} of ${all} records are not queued yet; the next oact enqueue takes them\n`,
        );
        process.exitCode = stoppedExitCode;
      } else if (report.queued === 0) throw nothingQueued(report);
    } finally {
      await open.close();
    }
  } finally {
    stop.dispose();
    workflow.close();
    exitSoon();
  }
}

/** Stopped by a person who does not want to wait for Redis. */
function leave(log: Logger): void {
  log.warn(
    'stopped while Redis was down: the next oact serve or reconcile puts the claimed records on the queue',
  );
  process.exitCode = stoppedExitCode;
}

async function dryRun(campaign: Campaign, flags: EnqueueFlags): Promise<void> {
  const batch = batchFromFlags(flags, campaign);
  const workflow = openCampaignWorkflow(campaign, { readOnly: true });
  const plans: Claimable[] = [];
  let supply: Supply;
  let names: ReadonlyMap<number, string>;
  let leftOut: LeftOut[];
  try {
    const chosen = selectionFromFlags(flags, campaign.config.job.maxFailCount, 'small');
    const times = openCampaignTimes(workflow, batch.recipe);
    const selection = arrangeSelection(chosen, flags.order, times, workflow);
    noteUnsaid(workflow, selection.ids);
    supply = createSupply(workflow, selection);
    const options = { pageSize: 500, supply, expect: expectOf(times) };
    for await (const page of selectJobs(workflow, selection, batch, options)) plans.push(...page);
    leftOut = nameLeftOut(workflow, supply.leftOut());
    names = loadNames(
      workflow,
      plans.map(({ recordId }) => recordId),
    );
  } finally {
    workflow.close();
  }
  const jobs = plans.filter((plan) => plan.kind === 'job');
  const first = jobs[0];
  const slot = exampleSlot(campaign.config);
  const input = first ? renderInput(first.calculation, slot) : null;
  const doubts = jobs.flatMap(({ recordId, calculation, doubts: ofInput }) => {
    const unit = findUnitDoubt(calculation.atoms);
    return [...(unit === undefined ? [] : [unit]), ...ofInput].map((reason) => ({ recordId, reason }));
  });
  if (flags.json === true) {
    const list = jobs.map(({ recordId, formula, jobDir, lane, laneWhy }) => ({
      recordId,
      formula,
      jobDir,
      ...(laneWhy !== null && { lane, laneWhy }),
    }));
    const others = [
      ...plans.filter((plan) => plan.kind === 'refused'),
      ...supply.skipped().map((skip) => ({ kind: 'skipped', ...skip })),
    ];
    printJson({ dryRun: true, jobs: list, others, doubts, exampleOf: first?.recordId ?? null, slot, input });
    return;
  }
  for (const job of jobs)
    print(
      `${String(job.recordId).padStart(8)}  ${job.name === null ? '' : `${job.name}  `}${job.formula.padEnd(20)} ${job.jobDir}${job.laneWhy === null ? '' : `  lane ${job.lane} (${job.laneWhy})`}`,
    );
  for (const line of countByLane(jobs)) print(line);
  const refused = plans.filter((plan) => plan.kind === 'refused');
  const report = { queued: jobs.length, refused, skipped: supply.skipped(), leftOut, doubts: [], left: 0 };
  print(renderReport(report, () => names));
  noteDoubts(
    doubts.map(({ recordId, reason }) => `record ${nameRecord(recordId, names.get(recordId))}: ${reason}`),
  );
  if (first && input !== null) {
    const size = `${slot.ranks} cores with ${slot.maxCoreMb} MB each`;
    print(
      `\nInput of record ${nameRecord(first.recordId, names.get(first.recordId))}, as for a slot of ${size}:\n\n${input}`,
    );
  }
  print('Dry run: nothing was written.');
}

/** Nothing without lanes. */
function countByLane(jobs: readonly Extract<JobPlan, { kind: 'job' }>[]): string[] {
  const counts = new Map<string, number>();
  for (const { lane, laneWhy } of jobs) if (laneWhy !== null) counts.set(lane, (counts.get(lane) ?? 0) + 1);
  return [...counts].map(([lane, count]) => `lane ${lane}: ${count} ${count === 1 ? 'job' : 'jobs'}`);
}

export function renderReport(report: EnqueueReport, namesOf: NamesOf): string {
  return [
    `${report.queued} queued, ${report.refused.length} refused, ${countSkipped(report)} skipped`,
    ...renderReasons('refused', report.refused, namesOf),
    ...report.leftOut.map((one) => `  left out: ${describeLeftOut(one)}`),
    ...report.doubts.map(
      ({ reason, records, example }) =>
        `  doubtful: ${reason} (${records} ${records === 1 ? 'record' : 'records'}, for example ${example})`,
    ),
  ].join('\n');
}

const countSkipped = ({ leftOut }: Pick<EnqueueReport, 'leftOut'>): number =>
  leftOut.reduce((sum, { records }) => sum + records, 0);

function renderReasons(kind: string, list: EnqueueReport['refused'], namesOf: NamesOf): string[] {
  const shown = list.slice(0, shownReasons);
  const names = namesOf(shown.map(({ recordId }) => recordId));
  const more = list.length - shown.length;
  return [
    ...shown.map(
      ({ recordId, reason }) => `  record ${nameRecord(recordId, names.get(recordId))} ${kind}: ${reason}`,
    ),
    ...(more > 0 ? [`  … and ${more} more ${kind}`] : []),
  ];
}

function nothingQueued(report: EnqueueReport): OactError {
  return new OactError('NOTHING_TO_DO', 'no record was queued', {
    hint:
      report.refused.length + countSkipped(report) > 0
        ? 'Every matching record was refused or skipped for the reasons above.'
        : 'No waiting record passes the filters; see oact status.',
  });
}
