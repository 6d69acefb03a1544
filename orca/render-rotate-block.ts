import type { Atom } from '../core/calculation.ts';
import { OactError } from '../core/errors.ts';
import { actinideCoreElectronsOf, def2CoreElectronsOf, takesActinideBasis } from './core-electrons.ts';
import { atomicNumberOf } from './elements.ts';
import type { RecipeOptions } from './recipe-options.ts';

/**
 * The `%scf rotate` block that breaks the symmetry of a singlet: 20 degrees between HOMO and LUMO of the
 * beta spin. ORCA counts orbitals from 0, so the LUMO's index is the number of electron pairs.
 * @throws OactError RECIPE_INVALID when the ECP's electron count is not known, STRUCTURE_INVALID when no
 *   electron pair is left to rotate
 */
export function renderRotateBlock(atoms: readonly Atom[], charge: number, options: RecipeOptions): string {
  let electrons = -charge;
  for (const [symbol] of atoms) electrons += (atomicNumberOf(symbol) ?? 0) - coreElectronsOf(symbol, options);
  const lumo = Math.floor(electrons / 2);
  if (lumo < 1) {
    throw new OactError('STRUCTURE_INVALID', `only ${electrons} electrons are left outside the ECPs`, {
      hint: 'Check the charge of the record.',
    });
  }
  return `%scf rotate {${lumo - 1}, ${lumo}, 20, 1, 1} end end`;
}

function coreElectronsOf(symbol: string, options: RecipeOptions): number {
  if (!takesActinideBasis(symbol)) return def2CoreElectronsOf(symbol);
  if (options.rotateIndex === 'existing') return 0;
  const coreElectrons = actinideCoreElectronsOf(symbol, options.actinideEcp);
  if (coreElectrons !== undefined) return coreElectrons;
  throw new OactError(
    'RECIPE_INVALID',
    `how many electrons the ECP '${options.actinideEcp}' replaces in ${symbol} is not known, so the orbitals ` +
      'that a singlet actinide must rotate are not either',
    { hint: "Use actinideEcp 'def-ECP' or none, or rotateIndex 'existing'." },
  );
}
