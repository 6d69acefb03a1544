import type { Atom } from '../../core/job/calculation.ts';
import { symbolOf } from '../structure/elements.ts';
import { angstromPerBohr } from '../structure/units.ts';

/** What a file `.engrad` says: the energy and its gradient at one geometry. */
export interface Engrad {
  energyHartree: number;
  /** Per atom, Eh/bohr. */
  gradient: [number, number, number][];
  /** Ångström; the file has bohr with seven decimals. */
  atoms: Atom[];
}

/** @returns undefined when the text is no whole file `.engrad` */
export function parseEngrad(text: string): Engrad | undefined {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const count = Number(lines[0]);
  const [energyHartree, ...gradient] = lines.slice(1, 2 + 3 * count).map(Number);
  if (!Number.isInteger(count) || count < 1 || lines.length !== 2 + 4 * count) return undefined;
  if (energyHartree === undefined || ![energyHartree, ...gradient].every(Number.isFinite)) return undefined;
  const atoms = lines.slice(2 + 3 * count).map(parseAtom);
  if (!atoms.every((atom) => atom !== undefined)) return undefined;
  return {
    energyHartree,
    gradient: atoms.map((_, index) => [
      gradient[3 * index] ?? 0,
      gradient[3 * index + 1] ?? 0,
      gradient[3 * index + 2] ?? 0,
    ]),
    atoms,
  };
}

function parseAtom(line: string): Atom | undefined {
  const [atomicNumber = NaN, ...bohr] = line.split(/\s+/).map(Number);
  const symbol = symbolOf(atomicNumber);
  const [x, y, z] = bohr.map((value) => value * angstromPerBohr);
  if (symbol === undefined || x === undefined || y === undefined || z === undefined) return undefined;
  return [x, y, z].every(Number.isFinite) ? [symbol, x, y, z] : undefined;
}
