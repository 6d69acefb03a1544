// @ts-check
const parity = (/** @type {number} */ value) => (value % 2 === 0 ? 'even' : 'odd');

/** What ORCA's front end refuses, in the words of ORCA: whoever reads its outputs finds the class by them. */
export class InputError extends Error {
  /** @override */
  name = 'InputError';
}

/**
 * A word that asks for what the engine is not made to do: to leave it out would answer another question.
 * @param {readonly string[]} words
 */
export function unknownWords(words) {
  const bar = `            ${'!'.repeat(56)}`;
  return new InputError(
    [
      bar,
      '                                 INPUT ERROR',
      '            UNRECOGNIZED OR DUPLICATED KEYWORD(S) IN SIMPLE INPUT LINE',
      `             ${words.map((word) => word.toUpperCase()).join(' ')}`,
      bar,
    ].join('\n'),
  );
}

/** @param {string} line */
export function unreadableCoordinates(line) {
  return new InputError(
    `ERROR: found a coordinate definition line (* ctyp charge mult) that this front cannot read: ${line}`,
  );
}

/** @param {string} symbol */
export function unknownElement(symbol) {
  return new InputError(`ERROR: unrecognized symbol in the coordinates: ${symbol}`);
}

/**
 * @param {number} index from 0
 * @param {string} symbol
 * @param {string} why what the engine has instead
 */
export function noBasis(index, symbol, why) {
  const bar = '*'.repeat(65);
  return new InputError(
    [
      `               ${bar}`,
      `               ** There are no main   basis functions on atom number ${String(index).padStart(3)} (${symbol.padEnd(2)}) **`,
      `               ${bar}`,
      why,
    ].join('\n'),
  );
}

/**
 * @param {number} multiplicity
 * @param {number} electrons
 */
export function impossibleMultiplicity(multiplicity, electrons) {
  return new InputError(
    `Error : multiplicity (${multiplicity}) is ${parity(multiplicity)} and number of electrons (${electrons}) is ${parity(electrons)} -> impossible`,
  );
}

export function noElectrons() {
  return new InputError('Error : number of electrons (NEL) is zero');
}

/**
 * @param {number} one
 * @param {number} other
 */
export function zeroDistance(one, other) {
  return new InputError(`Zero distance between atoms ${one} and ${other}`);
}
