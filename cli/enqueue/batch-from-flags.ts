import { mergeConfig } from '../../core/config/config.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { defaultLane } from '../../core/job/queue-names.ts';
import { findRecipeDoubts } from '../../orca/structure/find-doubts.ts';
import { parseRecipeOptions } from '../../orca/recipe/recipe-options.ts';
import type { RecipeOptions } from '../../orca/recipe/recipe-schema.ts';
import { parseUserRecipes } from '../../orca/recipe/user-recipe.ts';
import type { BatchOptions } from '../../producer/batch-options.ts';
import { checkBasisFiles } from '../../producer/check-basis-files.ts';
import { checkJobDirPattern } from '../../producer/render-job-dir.ts';
import type { BatchFlags } from '../flags/batch-flags.ts';
import { recipeFromFlags } from '../flags/recipe-flags.ts';
import { noteDoubts } from './note-doubts.ts';

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
    lane: defaultLane,
    timeLimitSeconds: flags.jobTimeout ?? config.job.timeLimit,
    timeRequestSeconds: flags.timeRequest ?? config.job.timeRequest,
  };
}
