import { z } from 'zod';
import { chemistryFields as fields } from './chemistry-fields.ts';
import { recipeDefinitionSchema } from './user-recipe.ts';

/** The chemistry a user may choose, with the defaults of the existing system. */
export const choicesSchema = z.strictObject({
  recipe: z.string().default('omol'),
  functional: fields.functional.default('wB97M-V'),
  actinideBasis: fields.actinideBasis.default('ma-def-TZVP'),
  actinideEcp: fields.actinideEcp.default('def-ECP'),
  nonActinideBasis: fields.nonActinideBasis.default('def2-TZVPD'),
  scfMaxIterations: fields.scfMaxIterations.default(null),
  nbo: fields.nbo.default(false),
  mbis: fields.mbis.default(false),
  kdiis: fields.kdiis.default(false),
  optimizer: fields.optimizer.default(null),
  optLevel: fields.optLevel.default('normal'),
  ksMethod: fields.ksMethod.default(null),
  brokenSymmetry: fields.brokenSymmetry.default(true),
  rotateIndex: fields.rotateIndex.default('corrected'),
});

/** Kept with each batch: the choices, and the definition of a recipe of the user's own. */
export const recipeOptionsSchema = choicesSchema.extend({
  definition: recipeDefinitionSchema.nullable().default(null),
});

export type RecipeOptions = z.infer<typeof recipeOptionsSchema>;
