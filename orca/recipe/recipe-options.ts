import { listMistakes } from '../../core/config/mistakes/explain-issues.ts';
import { OactError } from '../../core/errors.ts';
import { buildRecipe } from './build-recipe.ts';
import { findWordProblem } from './check-keywords.ts';
import { composeWords } from '../input/compose-words.ts';
import { isBasisFile } from './input-words.ts';
import { recipeNames } from './recipes.ts';
import { choicesSchema, type RecipeOptions } from './recipe-schema.ts';
import type { UserRecipe } from './user-recipe.ts';

/**
 * Checks options that come from flags or a configuration file and fills in the defaults: those of the user's own
 * recipe first, then the existing system's.
 * @throws OactError RECIPE_INVALID naming every wrong option
 */
export function parseRecipeOptions(
  value: Readonly<Record<string, unknown>>,
  userRecipes: Readonly<Record<string, UserRecipe>> = {},
): RecipeOptions {
  const name = value['recipe'] ?? 'omol';
  const own = typeof name === 'string' && Object.hasOwn(userRecipes, name) ? userRecipes[name] : undefined;
  const known = [...recipeNames, ...Object.keys(userRecipes)];
  if (typeof name === 'string' && !known.includes(name)) {
    throw new OactError('RECIPE_INVALID', `there is no recipe '${name}'; known: ${known.join(', ')}`, {
      hint: "Recipes of your own stand under 'recipes' in oact.yaml.",
    });
  }
  const given = Object.fromEntries(Object.entries(value).filter(([, option]) => option !== undefined));
  const parsed = choicesSchema.safeParse({ ...own?.options, ...given });
  if (!parsed.success) {
    throw new OactError(
      'RECIPE_INVALID',
      `the recipe options are invalid: ${listMistakes(parsed.error, choicesSchema, { ...own?.options, ...given })}`,
      {
        hint: `Options are ${Object.keys(choicesSchema.shape).join(', ')}.`,
      },
    );
  }
  const options: RecipeOptions = { ...parsed.data, definition: own?.definition ?? null };
  checkTogether(options);
  return options;
}

/** The basis files that ORCA would read, each once. */
export function listBasisFiles({ actinideBasis, nonActinideBasis, definition }: RecipeOptions): string[] {
  const names = [actinideBasis, nonActinideBasis, ...Object.values(definition?.basis ?? {})];
  return [...new Set(names.filter(isBasisFile))];
}

function checkTogether(options: RecipeOptions): void {
  const recipe = buildRecipe(options.recipe, options.definition);
  const problem = recipe && findWordProblem(composeWords(recipe, options, false));
  if (problem !== undefined) {
    throw new OactError('RECIPE_INVALID', `the recipe '${options.recipe}' contradicts itself: ${problem}`, {
      hint: "Leave one out: an option, a word under 'keywords', or a built-in word by naming it under 'without'.",
    });
  }
  const files = listBasisFiles(options);
  if (files.length > 1) {
    throw new OactError('RECIPE_INVALID', `ORCA reads one basis file, and ${files.join(' and ')} are named`, {
      hint: 'Put the sets of all elements into one file.',
    });
  }
}
