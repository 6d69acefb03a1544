import { OactError } from '../../core/errors.ts';
import { assignBasis } from './assign-basis.ts';
import { gapInBasis, gapInEcp, gapInParameters } from './basis-coverage.ts';
import { findEcpMismatch } from './match-ecp.ts';
import type { RecipeOptions } from './recipe-schema.ts';
import type { Recipe } from './recipes.ts';

/**
 * Refuses elements for which the recipe has no functions, potential or parameters: ORCA would end with `There are
 * no … basis functions on atom` or `Requested ECP not available`. Names that are not known here pass.
 * @throws OactError RECIPE_UNFIT
 */
export function checkCoverage(
  elements: readonly string[],
  recipe: Recipe,
  words: readonly string[],
  options: RecipeOptions,
): void {
  for (const symbol of elements) {
    if (recipe.isSemiEmpirical) refuse(`${recipe.method} has parameters`, symbol, gapInParameters(symbol));
    if (recipe.assignsBasis) {
      const { basis, ecp } = assignBasis(symbol, options);
      refuse(`${basis} has functions`, symbol, gapInBasis(basis, symbol));
      if (typeof ecp === 'string') refuse(`${ecp} has potentials`, symbol, gapInEcp(ecp, symbol));
    }
    const mismatch = findEcpMismatch(symbol, recipe, options);
    if (mismatch?.kind === 'refused')
      throw new OactError('RECIPE_UNFIT', mismatch.words, {
        hint: 'Take an all-electron basis without an ECP (actinideEcp none), or a valence basis with the ECP that it was made for.',
      });
    // An orbital basis on the `!` line is replaced in `%basis`; fitting sets are not.
    const named = recipe.assignsBasis ? words.filter((word) => word.includes('/')) : words;
    for (const word of named) refuse(`${word} has functions`, symbol, gapInBasis(word, symbol));
  }
}

function refuse(what: string, symbol: string, covered: string | undefined): void {
  if (covered === undefined) return;
  throw new OactError('RECIPE_UNFIT', `${what} for ${covered}, not for ${symbol}`, {
    hint: 'Choose another recipe, actinideBasis, actinideEcp or nonActinideBasis, or name a set for this element in a recipe of your own.',
  });
}
