// A result counts for the structure that was asked: what the output says it computed, against the calculation of the run.
import type { Atom, Calculation } from '../../core/job/calculation.ts';
import type { OutputFacts } from '../output/output-facts.ts';

type Asked = Pick<Calculation, 'atoms' | 'charge' | 'multiplicity'>;
type Computed = Pick<OutputFacts, 'charge' | 'multiplicity' | 'firstAtoms' | 'engine' | 'hasPointCharges'>;

/** Ångström. ORCA prints six decimals; a basis or a method that would tell such structures apart does not exist. */
const tolerance = 0.002;

/** In what an output differs from the structure that was asked for; undefined where it agrees, or does not say. */
export function findOtherStructure(computed: Computed, asked: Asked): string | undefined {
  const { charge, multiplicity, firstAtoms, engine, hasPointCharges } = computed;
  if (charge !== null && charge !== asked.charge)
    return `it was computed with charge ${charge}, requested was ${asked.charge}`;
  if (multiplicity !== null && multiplicity !== asked.multiplicity)
    return `it was computed with multiplicity ${multiplicity}, requested was ${asked.multiplicity}`;
  // Another program behind ORCA's door may print a structure in its own order; point charges are listed among the atoms.
  if (firstAtoms === null || hasPointCharges || (engine !== null && engine !== 'stand-in')) return undefined;
  if (elementsOf(firstAtoms) !== elementsOf(asked.atoms))
    return `it was computed for ${firstAtoms.length} atoms that are not the ${asked.atoms.length} requested, in their order`;
  const pair = findOtherDistance(firstAtoms, asked.atoms);
  if (pair === undefined) return undefined;
  const [a, b, found, wanted] = pair;
  return `atoms ${a + 1} and ${b + 1} are ${found.toFixed(3)} Å apart in it, requested was ${wanted.toFixed(3)} Å`;
}

/** Distances, because they stay when a program moves or turns the whole molecule. Three per atom tell its place, but for a mirror image. */
function findOtherDistance(
  found: readonly Atom[],
  wanted: readonly Atom[],
): [a: number, b: number, found: number, wanted: number] | undefined {
  for (let a = 1; a < wanted.length; a++)
    for (const b of new Set([0, a - 1, Math.max(0, a - 2)])) {
      const [one, other] = [distance(found, a, b), distance(wanted, a, b)];
      if (Math.abs(one - other) > tolerance) return [b, a, one, other];
    }
  return undefined;
}

function elementsOf(atoms: readonly Atom[]): string {
  return atoms.map(([symbol]) => symbol).join(' ');
}

function distance(atoms: readonly Atom[], a: number, b: number): number {
  const [, ax = 0, ay = 0, az = 0] = atoms[a] ?? [];
  const [, bx = 0, by = 0, bz = 0] = atoms[b] ?? [];
  return Math.hypot(ax - bx, ay - by, az - bz);
}
