import { z } from 'zod';
import { listMistakes } from '../../core/config/mistakes/explain-issues.ts';
import { OactError } from '../../core/errors.ts';
import { blockNameOf, findBlockProblem } from './check-block.ts';
import { findReservedWord } from './check-keywords.ts';
import { chemistryFields } from './chemistry-fields.ts';
import { basisSetName, byElement, ecpName, inputWord } from './input-words.ts';
import { recipeNames, recipes } from './recipes.ts';

/** What a recipe of the user's own adds to a built-in one, or is made of. */
const definitionFields = {
  /** A built-in recipe; null: it stands alone. */
  extends: z
    .enum(recipeNames, {
      error: (issue) =>
        `there is no built-in recipe '${String(issue.input)}'; known: ${recipeNames.join(', ')}`,
    })
    .nullable()
    .default(null),
  /** Added to the `!` line. */
  keywords: z.array(inputWord.superRefine(refuse(findReservedWord))).default([]),
  /** Words and blocks (`%elprop`) of the built-in recipe that are left out. */
  without: z
    .array(z.string().regex(/^%?[A-Za-z0-9][A-Za-z0-9()+*,._/-]*$/, 'must be a word or a %block'))
    .default([]),
  /** The basis set on the `!` line; null or none: no such word; left out: the built-in recipe's. */
  basisWord: z.preprocess((value) => (value === 'none' ? null : value), inputWord.nullable()).optional(),
  /** Input blocks, added after the built-in ones; where both set a value, ORCA takes the later. */
  blocks: z.array(z.string().superRefine(refuse(findBlockProblem))).default([]),
  /** Basis set by element; none: no `%basis` at all, for methods that bring their own. */
  basis: z
    .preprocess((value) => (value === 'none' ? null : value), byElement(basisSetName).nullable())
    .default({}),
  /** ECP by element; none: all electrons. */
  ecp: byElement(ecpName).default({}),
};

/** Kept with a batch, so that a lost job is built again as it was whatever oact.yaml says by then. */
export const recipeDefinitionSchema = z.strictObject(definitionFields);
export type RecipeDefinition = z.infer<typeof recipeDefinitionSchema>;

const chemistry = z.strictObject(chemistryFields).partial();

export interface UserRecipe {
  definition: RecipeDefinition;
  /** Options that the recipe sets unless the campaign or a flag does. */
  options: z.infer<typeof chemistry>;
}

const userRecipeSchema = z.strictObject({ ...definitionFields, ...chemistry.shape });

/**
 * Reads the `recipes` of a configuration file.
 * @throws OactError RECIPE_INVALID naming recipe, key and cure
 */
export function parseUserRecipes(
  raw: Readonly<Record<string, unknown>>,
): Readonly<Record<string, UserRecipe>> {
  return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, parseUserRecipe(name, value)]));
}

function parseUserRecipe(name: string, value: unknown): UserRecipe {
  if (recipeNames.includes(name))
    throw invalid(name, 'is the name of a built-in recipe', 'Choose another name.');
  if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) {
    throw invalid(name, 'is no name for a recipe', 'Use letters, digits, underscores and hyphens.');
  }
  const parsed = userRecipeSchema.safeParse(value ?? {});
  if (!parsed.success) {
    const known = Object.keys(userRecipeSchema.shape).join(', ');
    throw invalid(
      name,
      `is invalid: ${listMistakes(parsed.error, userRecipeSchema, value ?? {})}`,
      `Keys of a recipe are ${known}.`,
    );
  }
  const definition = recipeDefinitionSchema.parse(pick(parsed.data, Object.keys(definitionFields)));
  const options = chemistry.parse(pick(parsed.data, Object.keys(chemistryFields)));
  checkParts(name, definition, options.functional !== undefined);
  return { definition, options };
}

function checkParts(name: string, definition: RecipeDefinition, hasFunctional: boolean): void {
  if (definition.extends === null) {
    if (!hasFunctional) {
      throw invalid(
        name,
        "has neither 'extends' nor 'functional'",
        'Name a built-in recipe to start from, or the method.',
      );
    }
    if (definition.without.length > 0) {
      throw invalid(name, "has 'without' but no 'extends'", 'There is nothing to leave words out of.');
    }
    return;
  }
  const base = recipes[definition.extends];
  const parts = [
    ...(base?.wordsBeforeRun ?? []),
    ...(base?.wordsAfterRun ?? []),
    ...(base?.blocks(1) ?? []).map((block) => `%${blockNameOf(block)}`),
  ];
  const missing = definition.without.find(
    (part) => !parts.some((known) => known.toLowerCase() === part.toLowerCase()),
  );
  if (missing === undefined) return;
  throw invalid(
    name,
    `leaves out ${missing}, which ${definition.extends} does not have`,
    `It has ${parts.join(', ')}.`,
  );
}

const pick = (source: object, keys: readonly string[]): object =>
  Object.fromEntries(Object.entries(source).filter(([key]) => keys.includes(key)));

function refuse(findProblem: (text: string) => string | undefined) {
  return (text: string, context: z.RefinementCtx): void => {
    const problem = findProblem(text);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  };
}

function invalid(name: string, problem: string, hint: string): OactError {
  return new OactError('RECIPE_INVALID', `the recipe '${name}' under 'recipes' ${problem}`, { hint });
}
