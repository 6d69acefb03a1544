import type { Command } from 'commander';
import type { Campaign } from '../../core/config/load-config.ts';
import { OactError } from '../../core/errors.ts';
import { createLogger } from '../../core/logger.ts';
import { listenForStop } from '../../core/stop-signal.ts';
import { correct, type CorrectionStep } from '../../producer/steering/correct.ts';
import {
  type CorrectionPlan,
  planCorrection,
  type WantedValues,
} from '../../producer/steering/plan-correction.ts';
import type { IdRange } from '../../workflow/records/list-candidates.ts';
import { loadCorrectable } from '../../workflow/records/load-correctable.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { createJobDirFinder } from '../campaign/find-job-dirs.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { nameIds } from '../job/name-ids.ts';
import { askYes } from '../terminal/ask-yes.ts';
import { exitSoon } from '../terminal/exit-soon.ts';
import { print, printJson } from '../terminal/print.ts';
import { cancelBefore } from './cancel-before.ts';
import { renderPlans, renderSteps } from './render-set.ts';
import { userName } from './user-name.ts';
import { checkSetUsage, type ValueFlags, wantedValuesOf } from './wanted-values.ts';

/** Flags of `oact set`. */
export interface SetFlags extends ValueFlags {
  cancel?: boolean;
  unblock?: boolean;
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

export async function runSet(command: Command, args: IdRange[], flags: SetFlags): Promise<void> {
  const campaign = campaignOf(command);
  checkSetUsage(args, flags);
  const isDryRun = flags.dryRun ?? false;
  const isQuiet = flags.json === true;
  const workflow = openCampaignWorkflow(campaign, { readOnly: isDryRun });
  const stop = listenForStop();
  try {
    const wanted = wantedValuesOf(workflow, args, flags, isQuiet);
    const plan = (): CorrectionPlan[] => planAll(workflow, wanted, campaign);
    let plans = plan();
    if (!isQuiet) print(renderPlans(plans, flags.cancel === true));
    checkWorthwhile(plans, flags);
    const corrections = plans.flatMap((one) => (hasCorrection(one, flags) ? [one.correction] : []));
    if (!isDryRun && corrections.length > 0 && flags.yes !== true) await confirm(corrections.length);
    const running = plans.filter(({ kind }) => kind === 'running').map(({ id }) => id);
    if (!isDryRun && flags.cancel === true && running.length > 0) {
      await cancelBefore({ campaign, workflow, log: createLogger(), stop: stop.drain }, running, isQuiet);
      plans = plan();
    }
    const steps = await correct(
      workflow,
      plans.flatMap((one) => (hasCorrection(one, isDryRun ? flags : {}) ? [one.correction] : [])),
      {
        by: userName(),
        jobRoot: campaign.jobRoot,
        jobDirOf: createJobDirFinderOf(campaign),
        unblock: flags.unblock ?? false,
        isDryRun,
        signal: stop.drain,
      },
    );
    report(plans, steps, flags);
  } finally {
    stop.dispose();
    workflow.close();
    exitSoon();
  }
}

function planAll(
  workflow: Workflow,
  wanted: ReadonlyMap<number, WantedValues>,
  { config }: Campaign,
): CorrectionPlan[] {
  return loadCorrectable(workflow, [...wanted.keys()]).map((record) =>
    planCorrection(record, wanted.get(record.id) ?? {}, config.jobDirPattern),
  );
}

function createJobDirFinderOf({ jobRoot, config }: Campaign): Parameters<typeof correct>[2]['jobDirOf'] {
  const find = createJobDirFinder(jobRoot, config.jobDirPattern);
  return (record) =>
    find({ ...record, charge: Number(record.charge ?? 0), multiplicity: Number(record.multiplicity ?? 1) });
}

const hasCorrection = (
  plan: CorrectionPlan,
  { cancel }: SetFlags,
): plan is Extract<CorrectionPlan, { kind: 'correct' | 'running' }> =>
  plan.kind === 'correct' || (plan.kind === 'running' && cancel === true);

/** @throws OactError NOTHING_TO_DO when all values stand there already */
function checkWorthwhile(plans: readonly CorrectionPlan[], flags: SetFlags): void {
  if (plans.some(({ kind }) => kind !== 'unchanged')) return;
  if (flags.json === true)
    printJson({ dryRun: flags.dryRun ?? false, records: plans.map(toJson), steps: [] });
  throw new OactError('NOTHING_TO_DO', 'nothing has to be changed: these values are set already', {
    hint: `Records: ${nameIds(plans.map(({ id }) => id))}. oact requeue lets them run again all the same.`,
  });
}

/** @throws OactError USAGE when nobody says yes */
async function confirm(count: number): Promise<void> {
  if (await askYes(`Correct ${count === 1 ? 'this record' : `these ${count} records`}?`)) return;
  throw new OactError('USAGE', 'nothing was corrected', { hint: 'Add --yes where nobody can answer.' });
}

function report(plans: readonly CorrectionPlan[], steps: readonly CorrectionStep[], flags: SetFlags): void {
  const isDryRun = flags.dryRun ?? false;
  if (flags.json === true) printJson({ dryRun: isDryRun, records: plans.map(toJson), steps });
  else print(renderSteps(steps, isDryRun));
  const left = plans.filter(({ kind }) => kind !== 'unchanged').length;
  const done = steps.filter(({ result }) => result === 'corrected' || result === 'requeued').length;
  if (done < left) {
    process.exitCode = 1;
    if (flags.json !== true) print(`${left - done} of ${left} were not corrected, for the reasons above.`);
  }
}

/** What `--json` says of one record: the geometry has 58 KB and is left out. */
function toJson(plan: CorrectionPlan): Record<string, unknown> {
  const { id, kind, next } = plan;
  if (plan.kind === 'refused') return { id, kind, reason: plan.reason, next };
  if (plan.kind === 'unchanged') return { id, kind, next };
  const { record, geometry, isRequeued } = plan.correction;
  const { status, charge, multiplicity } = record;
  const old = { status, charge, multiplicity };
  return { id, kind, old, next, newGeometry: geometry !== undefined, runsAgain: isRequeued };
}
