import { mergeConfig } from '../core/config.ts';
import type { Campaign } from '../core/load-config.ts';
import { defaultLane } from '../core/queue-names.ts';
import { parseRecipeOptions } from '../orca/recipe-options.ts';
import type { BatchOptions } from '../producer/batch-options.ts';
import { checkJobDirPattern } from '../producer/render-job-dir.ts';
import type { BatchFlags } from './flags/batch-flags.ts';
import { recipeFromFlags } from './flags/recipe-flags.ts';

/**
 * The options of a batch: flags over the campaign's settings.
 * @throws OactError RECIPE_INVALID, USAGE
 */
export function batchFromFlags(flags: BatchFlags, campaign: Campaign): BatchOptions {
  const { config } = campaign;
  return {
    recipe: parseRecipeOptions(mergeConfig(config.recipe, recipeFromFlags({ ...flags }))),
    jobRoot: campaign.jobRoot,
    jobDirPattern: checkJobDirPattern(flags.jobDirPattern ?? config.jobDirPattern, flags.jobPrefix),
    reroot: flags.reroot ?? false,
    lane: defaultLane,
    timeLimitSeconds: flags.jobTimeout ?? config.job.timeLimit,
    timeRequestSeconds: flags.timeRequest ?? config.job.timeRequest,
  };
}
