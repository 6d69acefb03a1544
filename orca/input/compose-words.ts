import { isUnrestricted } from '../recipe/check-keywords.ts';
import type { Recipe } from '../recipe/recipes.ts';
import type { RecipeOptions } from '../recipe/recipe-schema.ts';

const optWords = { loose: 'LooseOpt', normal: 'Opt', tight: 'TightOpt', verytight: 'VeryTightOpt' } as const;

/**
 * The words of the `!` line in the existing system's order: method, basis word, recipe with the run word, then
 * NBO, MBIS and Kohn-Sham words. `isBrokenSymmetry`: a singlet that must start as UKS.
 */
export function composeWords(recipe: Recipe, options: RecipeOptions, isBrokenSymmetry: boolean): string[] {
  const runWord = options.optimizer === 'orca' ? optWords[options.optLevel] : 'EnGrad';
  const words = [
    recipe.method ?? options.functional,
    ...(recipe.basisWord === null ? [] : [recipe.basisWord]),
    ...recipe.wordsBeforeRun,
    runWord,
    ...recipe.wordsAfterRun,
  ];
  if (recipe.isSemiEmpirical) return words;
  const analysed = [
    ...(options.kdiis ? useKdiis(words) : words),
    ...(recipe.silencesNbo && !options.nbo ? ['NONBO', 'NONPA'] : []),
    ...(options.mbis ? ['MBIS'] : []),
    ...(options.ksMethod === null ? [] : [options.ksMethod.toUpperCase()]),
  ];
  return isBrokenSymmetry && !isUnrestricted(analysed) ? [...analysed, 'UKS'] : analysed;
}

function useKdiis(words: string[]): string[] {
  return words.includes('DIIS')
    ? words.map((word) => (word === 'DIIS' ? 'KDIIS' : word))
    : [...words, 'KDIIS'];
}
