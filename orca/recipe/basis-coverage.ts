import { atomicNumberOf, symbolOf } from '../structure/elements.ts';

/** Inclusive ranges of atomic numbers. */
type Ranges = readonly (readonly [from: number, to: number])[];

/**
 * Families of orbital and fitting sets with the elements that they cover in ORCA 6.1, by its manual and the
 * papers of the families. Where versions differ the wider range stands: a wrong refusal is worse than a job that
 * ORCA ends in its first second. Of names that match nothing here nothing is known.
 */
const basisFamilies: readonly (readonly [pattern: RegExp, ranges: Ranges])[] = [
  [/^def2\/j$|^def2-mtzvpp?\/j$/i, [[1, 103]]],
  [/^def2\/jk$/i, [[1, 86]]],
  [/^x2c\/j$/i, [[1, 86]]],
  // The manual leaves Fr and Ra out; the existing system uses it for them all the same.
  [/^sarc\/j$/i, [[1, 103]]],
  [/^(?:ma-)?def2-[^/]*$/i, [[1, 86]]],
  // Used with def-ECP from Rb on, which has potentials for actinides where def2-ECP ends at Rn.
  [/^(?:ma-)?def-[^/]*$/i, [[1, 103]]],
  [/^x2c-\w+(?:\(p\))?all(?:-\w+)*$/i, [[1, 86]]],
  [/^sarc-(?:dkh|zora)-svp$/i, [[72, 80]]],
  [
    /^sarc-(?:dkh|zora)-tzvpp?$/i,
    [
      [37, 86],
      [89, 103],
    ],
  ],
  [/^sarc2-(?:dkh|zora)-qzvp?$/i, [[57, 71]]],
  [/^(?:ma-)?(?:dkh|zora)-[^/]*$/i, [[1, 36]]],
  [/^ano-rcc-\w+$/i, [[1, 96]]],
  [/^(?:aug-)?pc(?:s?seg)?-\d$/i, [[1, 36]]],
  [/^sto-3g$/i, [[1, 54]]],
];

const ecpFamilies: typeof basisFamilies = [
  [/^def2-ecp$/i, [[37, 86]]],
  [/^def-ecp$/i, [[37, 103]]],
];

/** Parameters of PM3 end with bismuth; its gaps below are left to ORCA. */
const semiEmpiricalRange: Ranges = [[1, 83]];

/** The elements that a basis set covers, or undefined when it does cover `symbol` or is not known here. */
export function gapInBasis(name: string, symbol: string): string | undefined {
  return gapIn(basisFamilies, name, symbol);
}

/** The same for an ECP. */
export function gapInEcp(name: string, symbol: string): string | undefined {
  return gapIn(ecpFamilies, name, symbol);
}

/** The same for the parameters of PM3. */
export function gapInParameters(symbol: string): string | undefined {
  return describeGap(semiEmpiricalRange, symbol);
}

/** Whether a word of the `!` line names an orbital basis set. */
export function isOrbitalBasisWord(word: string): boolean {
  return !/\/|-ecp$/i.test(word) && basisFamilies.some(([pattern]) => pattern.test(word));
}

function gapIn(families: typeof basisFamilies, name: string, symbol: string): string | undefined {
  const ranges = families.find(([pattern]) => pattern.test(name))?.[1];
  return ranges && describeGap(ranges, symbol);
}

function describeGap(ranges: Ranges, symbol: string): string | undefined {
  const atomicNumber = atomicNumberOf(symbol) ?? 0;
  if (ranges.some(([from, to]) => atomicNumber >= from && atomicNumber <= to)) return undefined;
  return ranges.map(([from, to]) => `${symbolOf(from)} to ${symbolOf(to)}`).join(' and ');
}
