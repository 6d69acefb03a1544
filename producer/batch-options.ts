import { z } from 'zod';
import { lanesSchema } from '../core/config/lane-settings.ts';
import { recipeOptionsSchema } from '../orca/recipe/recipe-schema.ts';

/**
 * What all jobs of one enqueue have in common. Kept in the database with the batch, so that the audit can
 * build a lost job again exactly as it was.
 */
export const batchOptionsSchema = z.strictObject({
  recipe: recipeOptionsSchema,
  jobRoot: z.string().startsWith('/'),
  jobDirPattern: z.string(),
  /** Ignore the job directory in the database and take jobRoot and the pattern. */
  reroot: z.boolean(),
  /** The one that a user named; `default` with `lanes`: their rules decide for each record. */
  lane: z.string(),
  /** As they were then; left out: there is one lane. */
  lanes: lanesSchema.optional(),
  timeLimitSeconds: z.number().positive(),
  timeRequestSeconds: z.number().nonnegative(),
});

export type BatchOptions = z.infer<typeof batchOptionsSchema>;
