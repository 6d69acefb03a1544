// Corrections of records by a user, from `oact set` or `oact import --update`: shown, asked for, done, reported.
import type { Campaign } from '../../../core/config/load-config.ts';
import { OactError } from '../../../core/errors.ts';
import { createLogger } from '../../../core/logger.ts';
import { correct, type CorrectionStep } from '../../../producer/steering/correct.ts';
import {
  type CorrectionPlan,
  planCorrection,
  type WantedValues,
} from '../../../producer/steering/plan-correction.ts';
import { loadCorrectable } from '../../../workflow/records/load-correctable.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { createJobDirFinder } from '../../campaign/find-job-dirs.ts';
import { loadNames } from '../../../workflow/names/load-names.ts';
import type { NamesOf } from '../../../core/job/name-record.ts';
import { askYes } from '../../terminal/ask-yes.ts';
import { print } from '../../terminal/print.ts';
import { userName } from '../user-name.ts';
import { cancelBefore } from './cancel-before.ts';
import { renderPlans, renderSteps } from './render-set.ts';

export interface CorrectFlags {
  /** Cancels records that run or wait on the queue. */
  cancel?: boolean;
  /** Takes markers away. */
  unblock?: boolean;
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

export interface CorrectContext {
  campaign: Campaign;
  workflow: Workflow;
  stop: AbortSignal;
}

export interface Applied {
  plans: CorrectionPlan[];
  steps: CorrectionStep[];
}

/**
 * Shows old and new values of each record, asks, cancels what runs if that is wanted, corrects, and says what was done. The exit
 * code is 1 when something could not be corrected.
 * @throws OactError USAGE when nobody says yes
 */
export async function applyCorrections(
  { campaign, workflow, stop }: CorrectContext,
  wanted: ReadonlyMap<number, WantedValues>,
  flags: CorrectFlags,
): Promise<Applied> {
  const isDryRun = flags.dryRun ?? false;
  const isQuiet = flags.json === true;
  const namesOf: NamesOf = (ids) => loadNames(workflow, ids);
  const plan = (): CorrectionPlan[] => planAll(workflow, wanted, campaign);
  let plans = plan();
  if (!isQuiet) print(renderPlans(plans, flags.cancel === true, namesOf));
  if (plans.every(({ kind }) => kind === 'unchanged')) return { plans, steps: [] };
  const corrections = plans.flatMap((one) => (hasCorrection(one, flags) ? [one.correction] : []));
  if (!isDryRun && corrections.length > 0 && flags.yes !== true) await confirm(corrections.length);
  const running = plans.filter(({ kind }) => kind === 'running').map(({ id }) => id);
  if (!isDryRun && flags.cancel === true && running.length > 0) {
    await cancelBefore({ campaign, workflow, log: createLogger(), stop }, running, isQuiet);
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
      signal: stop,
    },
  );
  report({ plans, steps }, flags, namesOf);
  return { plans, steps };
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
  { cancel }: CorrectFlags,
): plan is Extract<CorrectionPlan, { kind: 'correct' | 'running' }> =>
  plan.kind === 'correct' || (plan.kind === 'running' && cancel === true);

/** @throws OactError USAGE when nobody says yes */
async function confirm(count: number): Promise<void> {
  if (await askYes(`Correct ${count === 1 ? 'this record' : `these ${count} records`}?`)) return;
  throw new OactError('USAGE', 'nothing was corrected', {
    hint: 'To confirm without a terminal, add --yes.',
  });
}

function report({ plans, steps }: Applied, flags: CorrectFlags, namesOf: NamesOf): void {
  if (flags.json !== true) print(renderSteps(steps, flags.dryRun ?? false, namesOf));
  const left = plans.filter(({ kind }) => kind !== 'unchanged').length;
  const done = steps.filter(({ result }) => result === 'corrected' || result === 'requeued').length;
  if (done === left) return;
  process.exitCode = 1;
  if (flags.json !== true) print(`${left - done} of ${left} were not corrected, for the reasons above.`);
}

/** What `--json` says of the corrections: a geometry has 58 KB and is left out. */
export function toJson({ plans, steps }: Applied): { records: unknown[]; steps: CorrectionStep[] } {
  return { records: plans.map(planToJson), steps };
}

function planToJson(plan: CorrectionPlan): Record<string, unknown> {
  const { id, kind, next } = plan;
  if (plan.kind === 'refused') return { id, kind, reason: plan.reason, next };
  if (plan.kind === 'unchanged') return { id, kind, next };
  const { record, geometry, isRequeued } = plan.correction;
  const { status, charge, multiplicity } = record;
  const old = { status, charge, multiplicity };
  return { id, kind, old, next, newGeometry: geometry !== undefined, runsAgain: isRequeued };
}
