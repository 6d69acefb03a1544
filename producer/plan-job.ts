import type { Atom, Calculation } from '../core/job/calculation.ts';
import { type ErrorCode, OactError } from '../core/errors.ts';
import { relative } from 'node:path';
import { defaultLane } from '../core/job/queue-names.ts';
import type { Skip } from '../core/waiting/left-out.ts';
import { jobIdOf, type JobPayload, payloadVersion } from '../core/job/payload.ts';
import { formulaOf } from '../orca/structure/formula.ts';
import { countElectrons } from '../orca/structure/elements.ts';
import { parseGeometry } from '../orca/structure/parse-geometry.ts';
import { findInputDoubts, resolveCalculation } from '../orca/input/resolve-calculation.ts';
import { chooseLane, type LaneChoice } from '../packing/lanes/choose-lane.ts';
import { sizeOfElement } from '../packing/predict/element-sizes.ts';
import type { OpenAttempt } from '../workflow/attempts/list-open-attempts.ts';
import type { JobRecord } from '../workflow/records/load-records.ts';
import type { BatchOptions } from './batch-options.ts';
import { placeJobDir, renderJobDirName } from './render-job-dir.ts';

/** What enqueue would do with one record. */
export type JobPlan =
  | {
      kind: 'job';
      recordId: number;
      /** The chemist's own; null: it has none. */
      name: string | null;
      formula: string;
      jobDir: string;
      /** The directory is where the pattern puts it, whether or not the database says so too. */
      followsPattern: boolean;
      calculation: Calculation;
      lane: string;
      /** Why it belongs to that lane; null: there is one lane. */
      laneWhy: string | null;
      /** What a chemist should know of its input. */
      doubts: string[];
    }
  /** Bad data, or a marker in its directory: settled as failed, once. */
  | {
      kind: 'refused';
      recordId: number;
      class: 'input_structure' | 'input_recipe' | 'blocked';
      reason: string;
    }
  /** Left as it is. */
  | ({ kind: 'skipped' } & Skip);

/** Errors that concern one record: the others of the batch may run. */
const refusals: Partial<Record<ErrorCode, 'input_structure' | 'input_recipe'>> = {
  STRUCTURE_INVALID: 'input_structure',
  RECIPE_UNFIT: 'input_recipe',
};

/**
 * Row and recipe → calculation, directory and lane, or why not.
 * @param about what decides its lane beside the calculation: the remedies of a retry, and how long it will take, seconds
 */
export function planJob(record: JobRecord, batch: BatchOptions, about: LaneHints = {}): JobPlan {
  const recordId = record.id;
  let atoms: Atom[];
  let calculation: Calculation;
  let doubts: string[];
  try {
    atoms = parseGeometry(record.geometry);
    const structure = { atoms, charge: record.charge, multiplicity: record.multiplicity };
    calculation = resolveCalculation(structure, batch.recipe);
    doubts = findInputDoubts(structure, batch.recipe);
  } catch (error) {
    const failureClass = error instanceof OactError ? refusals[error.code] : undefined;
    // A wrong recipe is no fault of the record: it would fail all of them, so it stops the batch.
    if (!(error instanceof OactError) || failureClass === undefined) throw error;
    const reason = error.hint === undefined ? error.message : `${error.message}. ${error.hint}`;
    return { kind: 'refused', recordId, class: failureClass, reason };
  }
  const formula = formulaOf(atoms);
  const name = renderJobDirName(batch.jobDirPattern, {
    id: recordId,
    orig_index: record.origIndex,
    formula,
    charge: record.charge,
    spin: record.multiplicity,
  });
  const jobDir = placeJobDir(batch.jobRoot, name, batch.reroot ? null : record.jobDir);
  if (jobDir === undefined) {
    return {
      kind: 'skipped',
      recordId,
      cause: 'outside_root',
      reason: `its job directory ${record.jobDir ?? name} is outside ${batch.jobRoot}; use --reroot`,
    };
  }
  const followsPattern = jobDir === placeJobDir(batch.jobRoot, name, null);
  const { lane, why } = laneOf(calculation, batch, about);
  if (lane === null) return { kind: 'skipped', recordId, cause: 'no_lane', reason: why ?? '' };
  const plan = { recordId, name: record.name, formula, jobDir, followsPattern, calculation, doubts };
  return { kind: 'job', ...plan, lane, laneWhy: why };
}

/** What decides the lane of a job beside its calculation. */
export interface LaneHints {
  remedies?: RetryPlan['remedies'];
  /** The predicted time; null: nobody knows. */
  expectedSeconds?: number | null;
}

/** About as many as a triple-zeta basis has: the lane must be known before ORCA counts them. */
function countFunctions(elements: readonly string[]): number {
  return elements.reduce((sum, symbol) => sum + (sizeOfElement(symbol)?.functions ?? 0), 0);
}

function laneOf(
  calculation: Calculation,
  { lane, lanes }: BatchOptions,
  { remedies = [], expectedSeconds = null }: LaneHints,
): LaneChoice | { lane: string; why: null } {
  if (lanes === undefined) return { lane, why: null };
  const elements = calculation.atoms.map(([symbol]) => symbol);
  const facts = {
    atoms: elements.length,
    electrons: countElectrons(elements, calculation.charge),
    basisFunctions: countFunctions(elements),
    elements: new Set(elements),
    recipe: calculation.recipe,
    expectedSeconds,
    needsMoreMemory: remedies.some(({ kind }) => kind === 'fewer_ranks'),
  };
  return chooseLane(lanes, facts, lane === defaultLane ? null : lane);
}

/** What a retry does otherwise than a first attempt. */
export type RetryPlan = Pick<OpenAttempt, 'remedies' | 'retryReason' | 'notBefore' | 'avoidNodes'>;

/** So long after it is given out a retry looks for another node: one that is busy may have room by then. */
const avoidMs = 300_000;

/** One job as BullMQ's `addBulk` takes it, but for the options. Its name is what Bull Board shows. */
export function buildJob(
  plan: Extract<JobPlan, { kind: 'job' }>,
  attempt: number,
  campaignId: string,
  batch: BatchOptions,
  more: { retry?: RetryPlan; expected?: JobPayload['expected'] } = {},
): { name: string; data: JobPayload; jobId: string; notBefore: string | null } {
  const { retry, expected } = more;
  return {
    name: `${plan.name === null ? '' : `${plan.name} · `}${plan.formula} · record ${plan.recordId} · attempt ${attempt}`,
    jobId: jobIdOf(plan.recordId, attempt),
    notBefore: retry?.notBefore ?? null,
    data: {
      v: payloadVersion,
      recordId: plan.recordId,
      name: plan.name,
      attempt,
      campaignId,
      jobDir: relative(batch.jobRoot, plan.jobDir),
      lane: plan.lane,
      calculation: plan.calculation,
      remedies: retry?.remedies ?? [],
      retry: retry?.notBefore ? describeRetry(retry, retry.notBefore) : null,
      timeLimitSeconds: batch.timeLimitSeconds,
      timeRequestSeconds: batch.timeRequestSeconds,
      expected: expected ?? null,
    },
  };
}

function describeRetry({ retryReason, avoidNodes }: RetryPlan, notBefore: string): JobPayload['retry'] {
  const avoidUntil = new Date(Date.parse(notBefore) + avoidMs).toISOString();
  return { after: retryReason ?? 'the previous attempt failed', avoidNodes, avoidUntil };
}
