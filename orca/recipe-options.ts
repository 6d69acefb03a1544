import { z } from 'zod';
import { OactError } from '../core/errors.ts';
import { recipes } from './recipes.ts';

const recipeNames = Object.keys(recipes);
/** Known to the existing system, not written here yet: they deserve another answer than a typing error. */
const laterRecipes = ['omol_base', 'x2c', 'dk3', 'pm3'];

/** One word of the `!` line. What ends a word, a line or a block would change the rest of the input. */
const word = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9()+,./-]*$/, 'must be one word of letters, digits and ()+,./-');

/** Stands between quotes in `%basis`. Paths are refused: `GTOName` files are not written yet. */
const basisName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9()+*,/-]*$/,
    'must be the name of a basis set or ECP that ORCA knows, not a file',
  );

const ecpName = z.preprocess(
  (value) => (typeof value === 'string' && /^(?:none|null)$/i.test(value) ? null : value),
  basisName.nullable(),
);

/** The chemistry a person may choose, with the defaults of the existing system. */
export const recipeOptionsSchema = z.strictObject({
  recipe: z
    .string()
    .refine((name) => recipeNames.includes(name), { error: (issue) => describeUnknownRecipe(issue.input) })
    .default('omol'),
  functional: word.default('wB97M-V'),
  /** Of Ac to Lr, and of Fr and Ra, which def2 does not cover either. */
  actinideBasis: basisName.default('ma-def-TZVP'),
  /** null, or the text `none`: all electrons. */
  actinideEcp: ecpName.default('def-ECP'),
  nonActinideBasis: basisName.default('def2-TZVPD'),
  /** null: the recipe's own limit. */
  scfMaxIterations: z.int().positive().nullable().default(null),
  nbo: z.boolean().default(false),
  mbis: z.boolean().default(false),
  /** KDIIS instead of DIIS. */
  kdiis: z.boolean().default(false),
  /** null: energy and gradient at the given geometry. */
  optimizer: z
    .literal('orca', { error: (issue) => describeUnknownOptimizer(issue.input) })
    .nullable()
    .default(null),
  optLevel: z.enum(['loose', 'normal', 'tight', 'verytight']).default('normal'),
  ksMethod: z.enum(['rks', 'uks', 'roks']).nullable().default(null),
  /**
   * Which orbitals the broken-symmetry start of a singlet actinide rotates: `corrected` counts the electrons
   * that the ECP leaves, `existing` counts actinides with all electrons as the existing system does.
   */
  rotateIndex: z.enum(['corrected', 'existing']).default('corrected'),
});

export type RecipeOptions = z.infer<typeof recipeOptionsSchema>;

/**
 * Checks options that come from flags or a configuration file and fills in the defaults.
 * @throws OactError RECIPE_INVALID naming every wrong option
 */
export function parseRecipeOptions(value: unknown): RecipeOptions {
  const parsed = recipeOptionsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new OactError('RECIPE_INVALID', `the recipe options are invalid: ${z.prettifyError(parsed.error)}`, {
    hint: `Options are ${Object.keys(recipeOptionsSchema.shape).join(', ')}.`,
  });
}

function describeUnknownRecipe(name: unknown): string {
  const known = `known: ${recipeNames.join(', ')}`;
  if (laterRecipes.includes(String(name)))
    return `the recipe '${String(name)}' is not supported yet; ${known}`;
  return `there is no recipe '${String(name)}'; ${known}`;
}

function describeUnknownOptimizer(name: unknown): string {
  if (name === 'sella') return "the optimizer 'sella' is not supported yet; 'orca' is";
  return `there is no optimizer '${String(name)}'; known: orca`;
}
