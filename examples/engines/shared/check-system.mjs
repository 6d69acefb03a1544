// @ts-check
import { impossibleMultiplicity, noElectrons, zeroDistance } from './input-error.mjs';

/** @typedef {import('./parse-input.mjs').Job} Job */

/** ångström; nearer than any two nuclei of a molecule */
const shortestDistance = 0.05;

/**
 * What ORCA refuses before it computes anything.
 * @param {Job} job
 * @throws {InputError}
 */
export function checkSystem({ atoms, charge, multiplicity }) {
  const electrons = atoms.reduce((sum, { atomicNumber }) => sum + atomicNumber, 0) - charge;
  if (electrons <= 0) throw noElectrons();
  if (multiplicity < 1 || (electrons - multiplicity) % 2 === 0 || multiplicity > electrons + 1) {
    throw impossibleMultiplicity(multiplicity, electrons);
  }
  atoms.forEach(({ position }, index) => {
    const near = atoms.findIndex(
      (other, place) =>
        place < index &&
        Math.hypot(...position.map((x, axis) => x - (other.position[axis] ?? 0))) < shortestDistance,
    );
    if (near !== -1) throw zeroDistance(near, index);
  });
}
