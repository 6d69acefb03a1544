import type { Atom } from '../../core/job/calculation.ts';
import { atomicNumberOf } from '../structure/elements.ts';
import type { OutputFacts } from './output-facts.ts';
import type { BlockReader } from './read-echo.ts';

/** Above the energy of a neutral Thomas–Fermi atom, −0.7687 Z^(7/3), by a half: relativity adds a fifth for the heaviest. */
const boundFactor = -0.7687 * 1.5;

/**
 * Counts the atoms of a table `CARTESIAN COORDINATES (ANGSTROEM)`: ORCA 4 and older say nowhere else how many there are.
 * Ghost atoms (`H:`), dummies (`-`), atoms of another fragment (`Mg>`) and point charges (`Q`) are listed there too.
 */
export function createCoordinateReader(facts: OutputFacts): BlockReader {
  let count = 0;
  const atoms: Atom[] = [];
  let bound = 0;
  let heaviest = 0;
  return ({ text, isComplete }) => {
    if (!isComplete) return false;
    const [, symbol, x, y, z] =
      /^\s*([A-Z][a-z]?|-)\S*\s+(?::\s+)?(-?\d+\.\d+)\s+(-?\d+\.\d+)\s+(-?\d+\.\d+)\s*$/.exec(text) ?? [];
    if (symbol !== undefined) {
      count += 1;
      if (facts.firstAtoms === null) atoms.push([symbol, Number(x), Number(y), Number(z)]);
      const atomicNumber = atomicNumberOf(symbol) ?? 0;
      bound += boundFactor * atomicNumber ** (7 / 3);
      heaviest = Math.max(heaviest, atomicNumber);
      return true;
    }
    if (count === 0) return /^-+$/.test(text.trim());
    // Where ORCA says how many there are, that counts.
    facts.atomCount ??= count;
    facts.firstAtoms ??= atoms;
    // Of all tables the widest bound: fragments of the molecule have tables of their own.
    facts.energyBoundHartree = Math.min(facts.energyBoundHartree ?? 0, bound);
    facts.heaviestElement = Math.max(facts.heaviestElement ?? 0, heaviest);
    return false;
  };
}
