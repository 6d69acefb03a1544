// @ts-check
import { noBasis } from '../shared/input-error.mjs';

/**
 * @typedef {import('../shared/parse-input.mjs').Atom} Atom
 *
 * @typedef {object} Choice
 * @property {string} basis name in NWChem's library
 * @property {string | null} ecp null: all electrons
 * @property {string} label for people
 */

/** @type {Choice} */
const light = { basis: '6-31g*', ecp: null, label: '6-31G*' };
/** @type {Choice} */
const heavy = { basis: 'def2-svp', ecp: 'def2-ecp', label: 'def2-SVP with def2-ECP' };
/** @type {Choice} */
const stuttgart = {
  basis: 'stuttgart_rsc_1997_ecp',
  ecp: 'stuttgart_rsc_1997_ecp',
  label: 'Stuttgart RSC 1997 ECP',
};

/**
 * What NWChem's own library (7.0.2) holds, one choice for each element.
 * @param {number} atomicNumber
 * @returns {Choice | undefined} undefined for Lu, Fr and Ra, which have no basis with a potential of these families
 */
export function chooseBasis(atomicNumber) {
  if (atomicNumber <= 36) return light;
  if (atomicNumber <= 57) return heavy;
  if (atomicNumber <= 70) return stuttgart;
  if (atomicNumber >= 72 && atomicNumber <= 86) return heavy;
  return atomicNumber >= 89 && atomicNumber <= 103 ? stuttgart : undefined;
}

/**
 * @param {readonly Atom[]} atoms
 * @returns {[symbol: string, choice: Choice][]} one for each element, in order of appearance
 * @throws {InputError} for an element without a basis
 */
export function chooseBases(atoms) {
  /** @type {Map<string, Choice>} */
  const choices = new Map();
  atoms.forEach(({ symbol, atomicNumber }, index) => {
    const choice = chooseBasis(atomicNumber);
    if (choice === undefined) {
      throw noBasis(index, symbol, `The library of NWChem has no basis set with an ECP for ${symbol}.`);
    }
    choices.set(symbol, choice);
  });
  return [...choices];
}
