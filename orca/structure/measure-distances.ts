import type { Atom } from '../../core/job/calculation.ts';
import { covalentRadiusOf } from './covalent-radii.ts';

export interface AtomPair {
  first: number;
  second: number;
  /** Ångström. */
  distance: number;
  /** Sum of the covalent radii, ångström. */
  bond: number;
  /** Distance over bond: about 1 for a single bond, 0.67 for U=O in uranyl. */
  ratio: number;
}

/** The nearest neighbour of each atom, by ratio. All pairs are looked at: 22,000 for 211 atoms, in about a millisecond. */
export function findNeighbours(atoms: readonly Atom[]): AtomPair[] {
  if (atoms.length < 2) return [];
  const numbers = Float64Array.from(atoms.flatMap(([symbol, ...xyz]) => [...xyz, covalentRadiusOf(symbol)]));
  const nearest = new Float64Array(atoms.length).fill(Infinity);
  const partner = new Int32Array(atoms.length);
  const at = (index: number): number => numbers[index] ?? 0;
  for (let second = 1; second < atoms.length; second += 1) {
    const s = 4 * second;
    for (let first = 0; first < second; first += 1) {
      const f = 4 * first;
      const squared = (at(s) - at(f)) ** 2 + (at(s + 1) - at(f + 1)) ** 2 + (at(s + 2) - at(f + 2)) ** 2;
      const ratio = squared / (at(s + 3) + at(f + 3)) ** 2;
      if (ratio < (nearest[first] ?? 0)) {
        nearest[first] = ratio;
        partner[first] = second;
      }
      if (ratio < (nearest[second] ?? 0)) {
        nearest[second] = ratio;
        partner[second] = first;
      }
    }
  }
  return atoms.map((_, index) => {
    const other = partner[index] ?? 0;
    const bond = at(4 * index + 3) + at(4 * other + 3);
    const ratio = Math.sqrt(nearest[index] ?? 0);
    return {
      first: Math.min(index, other),
      second: Math.max(index, other),
      distance: ratio * bond,
      bond,
      ratio,
    };
  });
}
