import type { Atom } from '../../core/job/calculation.ts';
import { angstromPerBohr, electronvoltPerHartree } from '../structure/units.ts';

/** One structure with its energy, as extended XYZ takes it. */
export interface Frame {
  atoms: readonly Atom[];
  energyHartree: number;
  /** Per atom, Eh/bohr; null: the files have none that belongs to these positions. */
  gradient: readonly [number, number, number][] | null;
  /** Words of the comment line, in order, beside those of the energy. */
  words: Readonly<Record<string, string | number>>;
}

const forceUnit = electronvoltPerHartree / angstromPerBohr;

/**
 * A frame of extended XYZ by the convention of ASE and most programs for machine learning: ångström, `energy` in eV, `forces` (minus
 * the gradient) in eV/Å. The comment line names the units and repeats the energy in Eh as ORCA printed it.
 */
export function renderFrame({ atoms, energyHartree, gradient, words }: Frame): string {
  const properties = `species:S:1:pos:R:3${gradient === null ? '' : ':forces:R:3'}`;
  const comment = Object.entries({
    Properties: properties,
    energy: (energyHartree * electronvoltPerHartree).toFixed(8),
    energy_unit: 'eV',
    length_unit: 'angstrom',
    ...(gradient !== null && { forces_unit: 'eV/angstrom' }),
    energy_hartree: energyHartree,
    ...words,
    pbc: 'F F F',
  }).map(([key, value]) => `${key}=${quote(String(value))}`);
  const lines = atoms.map(([symbol, ...position], index) => {
    const forces = gradient?.[index]?.map((value) => -value * forceUnit) ?? [];
    return [
      symbol.padEnd(2),
      ...position.map((value) => column(value, 8)),
      ...forces.map((value) => column(value, 8)),
    ].join(' ');
  });
  return `${atoms.length}\n${comment.join(' ')}\n${lines.join('\n')}\n`;
}

/** Minus zero says nothing. */
const column = (value: number, digits: number): string =>
  (Math.abs(value) < 10 ** -digits / 2 ? 0 : value).toFixed(digits).padStart(15);

const quote = (text: string): string =>
  /^[\w.:/+-]+$/.test(text) ? text : `"${text.replaceAll(/["\\\n]/g, ' ')}"`;
