import type { Calculation } from '../../core/job/calculation.ts';
import { OactError } from '../../core/errors.ts';
import { buildRecipe } from '../recipe/build-recipe.ts';
import { checkCoverage } from '../recipe/check-coverage.ts';
import { checkShell, findWordProblem } from '../recipe/check-keywords.ts';
import { checkStructure, type Structure } from '../structure/check-structure.ts';
import { composeWords } from './compose-words.ts';
import { isActinide } from '../structure/elements.ts';
import type { RecipeOptions } from '../recipe/recipe-schema.ts';
import { findEcpMismatch } from '../recipe/match-ecp.ts';
import { findRotationDoubt, renderRotateBlock } from './render-rotate-block.ts';
import { assignBasis } from '../recipe/assign-basis.ts';
import { isBasisFile } from '../recipe/input-words.ts';

const nboBlock = '%nbo NBOKEYLIST = "$NBO NPA NBO E2PERT 0.1 $END" end';

/**
 * All that ORCA needs for one record, but cores and memory: the words and blocks of the existing system in its
 * order. Blocks: recipe (`%rel`, `%scf`, `%elprop`, `%output`), the user's own, `%basis`; after the resources
 * `%nbo` and the rotation. Elements stand in `%basis` in the order of their first appearance, so equal records give
 * equal inputs (the existing system's order is random).
 * @throws OactError STRUCTURE_INVALID for data ORCA cannot run, RECIPE_UNFIT for data that this recipe cannot
 */
export function resolveCalculation(structure: Structure, options: RecipeOptions): Calculation {
  checkStructure(structure);
  const { charge, multiplicity } = structure;
  const recipe = buildRecipe(options.recipe, options.definition);
  if (recipe === undefined) throw new OactError('RECIPE_INVALID', `there is no recipe '${options.recipe}'`);
  const atoms = [...structure.atoms];
  const elements = [...new Set(atoms.map(([symbol]) => symbol))];
  const isBrokenSymmetry = options.brokenSymmetry && multiplicity === 1 && elements.some(isActinide);
  const keywords = composeWords(recipe, options, isBrokenSymmetry);
  checkShell(keywords, multiplicity);
  if (isBrokenSymmetry) checkBrokenSymmetry(keywords);
  checkCoverage(elements, recipe, keywords, options);

  return {
    recipe: options.recipe,
    runType: options.optimizer === 'orca' ? 'optimization' : 'gradient',
    charge,
    multiplicity,
    atoms,
    keywords,
    blocks: [
      ...recipe.blocks(options.scfMaxIterations ?? recipe.scfMaxIterations),
      ...(recipe.assignsBasis ? [renderBasisBlock(elements, options)] : []),
    ],
    blocksAfterResources: [
      ...(options.nbo && !recipe.isSemiEmpirical ? [nboBlock] : []),
      ...(isBrokenSymmetry ? [renderRotateBlock(atoms, charge, recipe, options) ?? []].flat() : []),
    ],
  };
}

/**
 * What a chemist should know of the input of a structure that can be computed: the same words for all records that it concerns.
 * @param structure one that `resolveCalculation` takes
 */
export function findInputDoubts({ atoms, multiplicity }: Structure, options: RecipeOptions): string[] {
  const recipe = buildRecipe(options.recipe, options.definition);
  if (recipe === undefined) return [];
  const elements = [...new Set(atoms.map(([symbol]) => symbol))];
  const mismatches = elements.map((symbol) => findEcpMismatch(symbol, recipe, options)?.words);
  const isRotated = options.brokenSymmetry && multiplicity === 1 && elements.some(isActinide);
  const rotation = isRotated ? findRotationDoubt([...atoms], recipe, options) : undefined;
  return [...mismatches, rotation].filter((words) => words !== undefined);
}

/** The existing system writes both words. */
function checkBrokenSymmetry(keywords: readonly string[]): void {
  const problem = findWordProblem(keywords);
  if (problem === undefined) return;
  throw new OactError(
    'RECIPE_UNFIT',
    `a singlet with an actinide starts as broken-symmetry UKS, and ${problem}`,
    {
      hint: "Leave ksMethod out, use 'uks', or switch the broken symmetry off (brokenSymmetry: false, --no-broken-symmetry).",
    },
  );
}

/**
 * `%basis`: the basis file first, where one is used, then a basis set and an ECP for each element, in the order
 * given. A file holds the sets of several elements; what `NewGTO` says of one comes after it and so counts.
 */
function renderBasisBlock(elements: readonly string[], options: RecipeOptions): string {
  const assigned = elements.map((symbol) => ({ symbol, ...assignBasis(symbol, options) }));
  const files = new Set(assigned.map(({ basis }) => basis).filter(isBasisFile));
  const lines = assigned.flatMap(({ symbol, basis, ecp }) => [
    ...(isBasisFile(basis) ? [] : [`  NewGTO ${symbol} "${basis}" end`]),
    ...(typeof ecp === 'string' ? [`  NewECP ${symbol} "${ecp}" end`] : []),
  ]);
  return ['%basis', ...[...files].map((file) => `  GTOName      = "${file}"`), ...lines, 'end'].join('\n');
}
