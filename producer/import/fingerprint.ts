import { createHash } from 'node:crypto';
import type { Atom } from '../../core/job/calculation.ts';

/**
 * What a structure is known by when its source is imported again: its place in the source (`row 17`,
 * `mol-a.xyz`) and what would be computed. The numbers count, not their spelling: other line ends, blanks
 * or comment lines make no new structure. Two places with the same atoms are two structures. The place
 * leads, because neighbours in the source are then neighbours in the index: a million hashes at random
 * would rewrite all of it with each batch.
 */
export function fingerprintOf(place: string, content: string): string {
  return `${place} ${content}`;
}

/** Digits of a content hash, which end a fingerprint. */
export const contentDigits = 32;

/** What would be computed, as a hash of 32 hex digits. */
export function contentOf(structure: {
  charge: number | null;
  multiplicity: number | null;
  atoms: readonly Atom[];
}): string {
  const { charge, multiplicity, atoms } = structure;
  const digest = createHash('sha256')
    .update(JSON.stringify([charge, multiplicity, atoms]))
    .digest('hex');
  return digest.slice(0, contentDigits);
}
