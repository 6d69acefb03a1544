import type { Atom } from '../../core/job/calculation.ts';
import { OactError } from '../../core/errors.ts';
import { assignBasis } from '../recipe/assign-basis.ts';
import { def2CoreElectronsOf, ecpCoreElectronsOf, takesActinideBasis } from '../structure/core-electrons.ts';
import { atomicNumberOf } from '../structure/elements.ts';
import type { RecipeOptions } from '../recipe/recipe-schema.ts';
import { isRelativistic, type Recipe } from '../recipe/recipes.ts';

/**
 * The `%scf rotate` block that breaks the symmetry of a singlet: 20 degrees between HOMO and LUMO of the beta
 * spin. ORCA counts orbitals from 0, so the LUMO's index is the number of electron pairs. It is only a better guess: where the electrons
 * of an ECP are not known here, undefined, and the guess is ORCA's.
 * @throws OactError STRUCTURE_INVALID when no electron pair is left to rotate
 */
export function renderRotateBlock(
  atoms: readonly Atom[],
  charge: number,
  recipe: Recipe,
  options: RecipeOptions,
): string | undefined {
  let electrons = -charge;
  for (const [symbol] of atoms) {
    const core = coreElectronsOf(symbol, recipe, options);
    if (core === undefined) return undefined;
    electrons += (atomicNumberOf(symbol) ?? 0) - core;
  }
  const lumo = Math.floor(electrons / 2);
  if (lumo < 1) {
    throw new OactError('STRUCTURE_INVALID', `only ${electrons} electrons are left outside the ECPs`, {
      hint: 'Check the charge of the record.',
    });
  }
  return `%scf rotate {${lumo - 1}, ${lumo}, 20, 1, 1} end end`;
}

/** undefined: not known. */
function coreElectronsOf(symbol: string, recipe: Recipe, options: RecipeOptions): number | undefined {
  if (options.rotateIndex === 'existing') return takesActinideBasis(symbol) ? 0 : def2CoreElectronsOf(symbol);
  const { ecp } = recipe.assignsBasis ? assignBasis(symbol, options) : { ecp: undefined };
  if (ecp === null) return 0;
  return ecp === undefined ? silentCoreElectronsOf(symbol, recipe) : ecpCoreElectronsOf(symbol, ecp);
}

/** Why a singlet keeps ORCA's own guess, where its symmetry should be broken; undefined: it is, or need not be. */
export function findRotationDoubt(
  atoms: readonly Atom[],
  recipe: Recipe,
  options: RecipeOptions,
): string | undefined {
  const unknown = atoms
    .map(([symbol]) => symbol)
    .find((symbol) => coreElectronsOf(symbol, recipe, options) === undefined);
  return unknown === undefined
    ? undefined
    : `the orbitals of the first guess are not rotated, because it is unknown how many electrons of ${unknown} an ECP replaces: check that the singlet is the state that you want`;
}

/**
 * Electrons that ORCA takes away without a word in `%basis`: def2-ECP with a def2 word on the `!` line. Whether it
 * does so beside DKH and X2C as well is not documented, so nothing is claimed there.
 */
function silentCoreElectronsOf(symbol: string, recipe: Recipe): number | undefined {
  const atomicNumber = atomicNumberOf(symbol) ?? 0;
  if (atomicNumber < 37) return 0;
  if (!recipe.assignsBasis || atomicNumber > 86) return undefined;
  const bringsEcp = recipe.basisWord !== null && /^(?:ma-)?def2-/i.test(recipe.basisWord);
  return bringsEcp && !isRelativistic(recipe) ? def2CoreElectronsOf(symbol) : undefined;
}
