import { findElement } from '../chemistry/elements.ts';
import { noBasisError, noCorePotentialError, unknownBasisError } from './input-error.ts';
import { basisCovers, classifyWord, isOrbitalBasis, isSemiEmpirical } from './known-words.ts';
import type { OrcaInput } from './parse-input.ts';

/** Throws InputError for names that do not exist and for atoms without basis functions. */
export function checkBasis(input: OrcaInput): void {
  checkNames(input);
  if (input.settings.hasBasisFile || input.words.some(isSemiEmpirical)) return;
  const general = input.words.find((word) => classifyWord(word) === 'basis') ?? 'def2-SVP';
  for (const [index, { element }] of input.atoms.entries()) {
    const name = input.settings.basisOf.get(element.symbol.toLowerCase()) ?? general;
    if (name !== 'explicit' && !basisCovers(name, element.atomicNumber))
      throw noBasisError(index, element.symbol);
  }
}

function checkNames(input: OrcaInput): void {
  for (const name of input.settings.basisOf.values()) {
    if (name !== 'explicit' && !isOrbitalBasis(name)) throw unknownBasisError(name);
  }
  for (const [symbol, name] of input.settings.corePotentialOf) {
    const atomicNumber = findElement(symbol)?.atomicNumber ?? 0;
    if (coreSize(name, atomicNumber) === 0)
      throw noCorePotentialError(name, findElement(symbol)?.symbol ?? symbol);
  }
}

/** `NewECP` decides; otherwise the def2 sets bring def2-ECP with them for Rb to Rn. */
export function countCoreElectrons(input: OrcaInput, symbol: string): number {
  const atomicNumber = findElement(symbol)?.atomicNumber ?? 0;
  const asked = input.settings.corePotentialOf.get(symbol.toLowerCase());
  if (asked !== undefined) return coreSize(asked, atomicNumber);
  const lower = input.words.map((word) => word.toLowerCase());
  const bringsPotential = lower.some((word) => word.startsWith('def2-') && classifyWord(word) === 'basis');
  return bringsPotential && !lower.includes('noecp') && !isRelativistic(lower)
    ? coreSize('def2-ECP', atomicNumber)
    : 0;
}

function isRelativistic(lowerWords: string[]): boolean {
  return lowerWords.some((word) => /^(dkh|dkh2|zora|x2c|dlu-x2c)$/.test(word));
}

/** Electrons replaced by a named potential; 0 when it has none for the element. def-ECP takes 78 of Fr and Ra, 60 of Ac–Lr. */
function coreSize(name: string, atomicNumber: number): number {
  const lower = name.toLowerCase();
  if (lower !== 'def-ecp' && lower !== 'def2-ecp') return 0;
  if (lower === 'def-ecp' && (atomicNumber === 87 || atomicNumber === 88)) return 78;
  if (atomicNumber >= 89 && atomicNumber <= 103) return lower === 'def-ecp' ? 60 : 0;
  if (atomicNumber < 37 || atomicNumber > 86) return 0;
  if (atomicNumber <= 54 || (atomicNumber >= 58 && atomicNumber <= 71)) return 28;
  return atomicNumber <= 57 ? 46 : 60;
}
