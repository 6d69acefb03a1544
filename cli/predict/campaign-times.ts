/** What a campaign's ended runs tell of its other records: learned when asked, and again when more has ended. */
import { z } from 'zod';
import type { Campaign } from '../../core/config/load-config.ts';
import type { JobShape, TimedRun } from '../../packing/predict/job-shape.ts';
import { learnTimes, type TimeModel } from '../../packing/predict/learn-times.ts';
import { type Prediction, type PredictTime, predictorOf } from '../../packing/predict/predict-time.ts';
import { recipeOptionsSchema, type RecipeOptions } from '../../orca/recipe/recipe-schema.ts';
import { parseRecipeOptions } from '../../orca/recipe/recipe-options.ts';
import { parseUserRecipes } from '../../orca/recipe/user-recipe.ts';
import { loadShapes } from '../../workflow/records/load-shapes.ts';
import {
  findNewestEnding,
  listTimedRuns,
  type RecordShape,
  type TimedAttempt,
} from '../../workflow/reports/list-timed-runs.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';

export interface CampaignTimes {
  model(): TimeModel;
  /** On `cores`; without them, on what jobs usually have. null: nobody knows. */
  predict(record: RecordShape, cores?: number): Prediction | null;
  /** Of the records with these ids, as far as they are known. */
  predictAll(ids: readonly number[]): Map<number, Prediction>;
}

/** The campaign's own chemistry, without flags. @throws OactError RECIPE_INVALID */
export function recipeOf({ config }: Pick<Campaign, 'config'>): RecipeOptions {
  return parseRecipeOptions(config.recipe, parseUserRecipes(config.recipes));
}

/** A law hardly changes within this time. */
const freshMs = 60_000;
/** Learning from 1000 runs takes some 0.15 s: settling beside it loses half a percent at most. */
const restPerMs = 200;

/** @param recipe the chemistry of the jobs that are asked for */
export function openCampaignTimes(workflow: Workflow, recipe: RecipeOptions): CampaignTimes {
  let learned: { model: TimeModel; predict: PredictTime; untilMs: number; newest: string | null } | undefined;
  const look = (): NonNullable<typeof learned> => {
    const nowMs = performance.now();
    if (learned !== undefined && nowMs < learned.untilMs) return learned;
    const newest = findNewestEnding(workflow);
    if (learned?.newest === newest) return (learned = { ...learned, untilMs: nowMs + freshMs });
    const model = learnTimes(listTimedRuns(workflow).map((attempt) => toRun(attempt)));
    const endMs = performance.now();
    const untilMs = endMs + Math.max(freshMs, restPerMs * (endMs - nowMs));
    return (learned = { model, predict: predictorOf(model), untilMs, newest });
  };
  const known = chemistryOf(recipe);
  const predict = (record: RecordShape, cores: number | null = null): Prediction | null =>
    look().predict(shapeOf(record, known, cores));
  return {
    model: () => look().model,
    predict,
    predictAll: (ids) => {
      if (!look().model.isKnown) return new Map();
      return new Map(
        loadShapes(workflow, ids).flatMap((record) => {
          const said = predict(record);
          return said === null ? [] : [[record.id, said] as const];
        }),
      );
    },
  };
}

type Chemistry = Pick<JobShape, 'recipe' | 'runType'>;

/** All choices together are one recipe: another functional or basis set has other times. */
const chemistryOf = (recipe: RecipeOptions): Chemistry => ({
  recipe: JSON.stringify(recipe),
  runType: recipe.optimizer === 'orca' ? 'optimization' : 'gradient',
});
const unknownChemistry: Chemistry = { recipe: '', runType: '' };

function shapeOf(
  { elements, charge, multiplicity }: RecordShape,
  chemistry: Chemistry,
  cores: number | null,
): JobShape {
  return {
    ...chemistry,
    elements: elements === null ? [] : elements.split(';'),
    charge: charge ?? 0,
    multiplicity: multiplicity ?? 1,
    cores,
    doneShare: 0,
  };
}

/** With the defaults of today, so that a batch of an older oact has the same recipe as one of this. */
const batchChemistry = z.object({ recipe: recipeOptionsSchema });
const coreList = z.array(z.number()).nonempty();

function toRun(attempt: TimedAttempt): TimedRun {
  const { seconds, earlierSeconds, outcome, cores, options } = attempt;
  const recipe = batchChemistry.safeParse(parseJson(options)).data?.recipe;
  const chemistry = recipe === undefined ? unknownChemistry : chemistryOf(recipe);
  const earlier = earlierSeconds ?? 0;
  return {
    shape: {
      ...shapeOf(attempt, chemistry, coreList.safeParse(parseJson(cores)).data?.length ?? null),
      doneShare: earlier / (earlier + seconds),
    },
    seconds,
    ending: outcome === 'timed_out' ? 'limit' : outcome,
  };
}

function parseJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
