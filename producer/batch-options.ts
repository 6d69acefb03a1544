import { z } from 'zod';
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
  lane: z.string(),
  timeLimitSeconds: z.number().positive(),
  timeRequestSeconds: z.number().nonnegative(),
});

export type BatchOptions = z.infer<typeof batchOptionsSchema>;
