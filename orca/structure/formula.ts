import type { Atom } from '../../core/job/calculation.ts';
import { renderFormula } from '../../core/formula.ts';

/** `UO2H`, as job directories are named. */
export function formulaOf(atoms: readonly Atom[]): string {
  return renderFormula(atoms.map(([symbol]) => symbol));
}
