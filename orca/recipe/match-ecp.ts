// Whether basis and ECP of an element fit together: a valence set needs its ECP, an all-electron set must have none.
import { atomicNumberOf } from '../structure/elements.ts';
import { assignBasis } from './assign-basis.ts';
import { isBasisFile } from './input-words.ts';
import type { RecipeOptions } from './recipe-schema.ts';
import { isRelativistic, type Recipe } from './recipes.ts';

/** From rubidium on, the families below leave the core to an ECP. */
const firstWithEcp = 37;

/** Sets of valence electrons alone, by the ECPs that they were made for (Karlsruhe: def with the older, def2 with the newer ones). */
const valenceFamilies: readonly (readonly [pattern: RegExp, ecp: string])[] = [
  [/^(?:ma-)?def2-[^/]*$/i, 'def2-ECP'],
  [/^(?:ma-)?def-[^/]*$/i, 'def-ECP'],
];

/** Sets of all electrons: made for X2C, DKH and ZORA, or for light elements. */
const allElectronFamily =
  /^(?:x2c-\w+(?:\(p\))?all(?:-\w+)*|sarc2?-[^/]*|(?:ma-)?(?:dkh|zora)-[^/]*|ano-rcc-\w+|sto-3g)$/i;

/** null: none; undefined: nothing is known. */
type Ecp = string | null | undefined;

export interface EcpMismatch {
  /** `refused`: the core would be there twice, which ORCA computes without a word. `doubtful`: it may be meant, and the existing system takes it. */
  kind: 'refused' | 'doubtful';
  /** A whole sentence without its full stop; it names no record. */
  words: string;
}

/**
 * What is wrong with basis and ECP of an element. Sets that are not known here, and files, pass.
 * @param recipe as it is used, the user's changes included
 */
export function findEcpMismatch(
  symbol: string,
  recipe: Recipe,
  options: RecipeOptions,
): EcpMismatch | undefined {
  if (!recipe.assignsBasis || (atomicNumberOf(symbol) ?? 0) < firstWithEcp) return undefined;
  const assigned = assignBasis(symbol, options);
  const { basis } = assigned;
  if (isBasisFile(basis)) return undefined;
  const ecp: Ecp = assigned.ecp === undefined ? silentEcpOf(recipe) : assigned.ecp;
  const wanted = valenceFamilies.find(([pattern]) => pattern.test(basis))?.[1];
  if (wanted !== undefined) return findValenceMismatch(symbol, basis, wanted, ecp);
  if (!allElectronFamily.test(basis) || typeof ecp !== 'string') return undefined;
  return {
    kind: 'refused',
    words: `${basis} describes all electrons of ${symbol}, and ${ecp} would take its core away`,
  };
}

function findValenceMismatch(
  symbol: string,
  basis: string,
  wanted: string,
  ecp: Ecp,
): EcpMismatch | undefined {
  if (ecp === null)
    return {
      kind: 'doubtful',
      words: `${basis} has no functions for the core of ${symbol}, which it leaves to ${wanted}, and there is no ECP`,
    };
  if (ecp === undefined)
    return {
      kind: 'doubtful',
      words: `${basis} leaves the core of ${symbol} to ${wanted}, and ORCA does not say whether it takes that beside a relativistic Hamiltonian`,
    };
  if (ecp.toLowerCase() === wanted.toLowerCase()) return undefined;
  return { kind: 'doubtful', words: `${basis} was made for ${wanted}, and ${symbol} gets ${ecp}` };
}

/**
 * What ORCA adds without a word in `%basis`: def2-ECP for Rb to Rn with a def2 word on the `!` line. Whether it does so beside DKH and
 * X2C, too, is not documented, so nothing is claimed there.
 */
function silentEcpOf(recipe: Recipe): Ecp {
  const bringsEcp = recipe.basisWord !== null && /^(?:ma-)?def2-/i.test(recipe.basisWord);
  return bringsEcp && !isRelativistic(recipe) ? 'def2-ECP' : undefined;
}
