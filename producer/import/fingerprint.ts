import { createHash } from 'node:crypto';
import type { Atom } from '../../core/job/calculation.ts';

/**
 * What a structure is known by when its source is imported again: its place in the source (`row 17`,
 * `mol-a.xyz`) and what would be computed. The numbers count, not their spelling: other line ends, blanks
 * or comment lines make no new structure. Two places with the same atoms are two structures. The place
 * leads, because neighbours in the source are then neighbours in the index: a million hashes at random
 * would rewrite all of it with each batch.
 */
export function fingerprintOf(
  identity: string,
  structure: { charge: number | null; multiplicity: number | null; atoms: readonly Atom[] },
): string {
  const { charge, multiplicity, atoms } = structure;
  const digest = createHash('sha256')
    .update(JSON.stringify([charge, multiplicity, atoms]))
    .digest('hex');
  return `${identity} ${digest.slice(0, 32)}`;
}
