import type { Atom } from '../../core/job/calculation.ts';
import { assignBasis } from '../recipe/assign-basis.ts';
import { buildRecipe } from '../recipe/build-recipe.ts';
import { findNeighbours } from '../structure/measure-distances.ts';
import type { RecipeOptions } from '../recipe/recipe-schema.ts';
import { isRelativistic } from '../recipe/recipes.ts';

/** What ORCA would run and a user may not have meant: said, never refused. */
export function findRecipeDoubts(options: RecipeOptions): string[] {
  const recipe = buildRecipe(options.recipe, options.definition);
  if (recipe === undefined) return [];
  const doubts: string[] = [];
  const ignored = [
    ...(options.nbo ? ['nbo'] : []),
    ...(options.mbis ? ['mbis'] : []),
    ...(options.kdiis ? ['kdiis'] : []),
    ...(options.ksMethod === null ? [] : ['ksMethod']),
  ];
  if (recipe.isSemiEmpirical && ignored.length > 0)
    doubts.push(`${options.recipe} ignores ${ignored.join(', ')}, as it does functional and basis sets`);
  if (options.optLevel !== 'normal' && options.optimizer === null)
    doubts.push(`optLevel '${options.optLevel}' has no effect without optimizer 'orca'`);
  const { ecp } = assignBasis('U', options);
  if (recipe.assignsBasis && isRelativistic(recipe) && typeof ecp === 'string') {
    doubts.push(
      `${options.recipe} treats relativity with all electrons, and actinides would also get the ECP '${ecp}', ` +
        'which holds it already; actinideEcp none and an all-electron actinideBasis are the usual choice',
    );
  }
  return doubts;
}

/**
 * Coordinates in bohr taken for ångström stretch every bond by 1.89, the reverse shortens it to 0.53. Only
 * structures of at least four atoms in which no atom has a neighbour at a plausible distance are named.
 */
export function findUnitDoubt(atoms: readonly Atom[]): string | undefined {
  if (atoms.length < 4) return undefined;
  const ratios = findNeighbours(atoms).map(({ ratio }) => ratio);
  const shortest = Math.min(...ratios);
  const longest = Math.max(...ratios);
  if (shortest > 1.5 && longest < 2.4 && atoms.some(([symbol]) => 'HCNOF'.includes(symbol)))
    return `the nearest neighbour of every atom is ${shortest.toFixed(1)} to ${longest.toFixed(1)} bond lengths away: bohr taken for ångström?`;
  if (longest < 0.62)
    return `every atom has a neighbour at half a bond length or less (${longest.toFixed(2)} at most): were ångström converted twice?`;
  return undefined;
}
