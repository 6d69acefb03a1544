import { accessSync, constants, statSync } from 'node:fs';
import { noteDoubts } from './note-doubts.ts';
import type { BatchFlags } from '../flags/batch-flags.ts';
import { recipeFromFlags } from '../flags/recipe-flags.ts';
import { type Config, mergeConfig } from '../../core/config/config.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { OactError } from '../../core/errors.ts';
import { defaultLane } from '../../core/job/queue-names.ts';
import { listBasisFiles, parseRecipeOptions } from '../../orca/recipe/recipe-options.ts';
import type { RecipeOptions } from '../../orca/recipe/recipe-schema.ts';
import { parseUserRecipes } from '../../orca/recipe/user-recipe.ts';
import { findRecipeDoubts } from '../../orca/input/find-suspect-input.ts';
import type { BatchOptions } from '../../producer/batch-options.ts';
import { checkJobDirPattern } from '../../producer/render-job-dir.ts';

/**
 * The chemistry of a batch: flags over the campaign's settings over the chosen recipe. What may not be meant is
 * said on stderr.
 * @throws OactError RECIPE_INVALID
 */
export function chemistryFromFlags(flags: object, campaign: Campaign): RecipeOptions {
  const { recipe, recipes } = campaign.config;
  const options = parseRecipeOptions(
    mergeConfig(recipe, recipeFromFlags({ ...flags })),
    parseUserRecipes(recipes),
  );
  checkBasisFiles(options);
  noteDoubts(findRecipeDoubts(options));
  return options;
}

/**
 * The options of a batch: flags over the campaign's settings.
 * @throws OactError RECIPE_INVALID, USAGE
 */
export function batchFromFlags(flags: BatchFlags, campaign: Campaign): BatchOptions {
  const { config } = campaign;
  return {
    recipe: chemistryFromFlags(flags, campaign),
    jobRoot: campaign.jobRoot,
    jobDirPattern: checkJobDirPattern(flags.jobDirPattern ?? config.jobDirPattern, flags.jobPrefix),
    reroot: flags.reroot ?? false,
    ...lanesFromFlags(flags, config),
    timeLimitSeconds: flags.jobTimeout ?? config.job.timeLimit,
    timeRequestSeconds: flags.timeRequest ?? config.job.timeRequest,
  };
}

/** @throws OactError USAGE for a lane that is not in oact.yaml */
function lanesFromFlags(
  { lane }: BatchFlags,
  { lanes }: Pick<Config, 'lanes'>,
): Pick<BatchOptions, 'lane' | 'lanes'> {
  const names = Object.keys(lanes);
  if (lane !== undefined && lanes[lane] === undefined)
    throw new OactError('USAGE', `there is no lane '${lane}'`, {
      hint:
        names.length > 0
          ? `oact.yaml has the lanes ${names.join(', ')}.`
          : 'oact.yaml has no section lanes: see docs/lanes.md.',
    });
  // Without lanes, batches are stored and jobs are queued as ever.
  return names.length === 0 ? { lane: defaultLane } : { lane: lane ?? defaultLane, lanes };
}

/**
 * Looks at the basis files before any job is queued. They are read again by ORCA on the node, under the same path.
 * @throws OactError RECIPE_INVALID when one is missing or unreadable
 */
function checkBasisFiles(options: RecipeOptions): void {
  for (const path of listBasisFiles(options)) {
    try {
      accessSync(path, constants.R_OK);
      if (statSync(path).isFile()) continue;
    } catch {
      // Told below: whatever the reason, ORCA could not read it either.
    }
    throw new OactError('RECIPE_INVALID', `the basis file ${path} cannot be read`, {
      hint: 'Use a file in a directory that every node sees, or a basis set that ORCA knows.',
    });
  }
}
