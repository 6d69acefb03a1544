import type { Atom } from '../../core/job/calculation.ts';
import { parseAtomLine } from '../structure/parse-atom-line.ts';

/**
 * Bytes at the end of a trajectory that hold its last whole frame, whatever was appended after it: two frames, 100 bytes
 * a line (ORCA's have 45).
 */
export function tailOfTrajectory(atomCount: number): number {
  return 2 * (atomCount + 2) * 100;
}

/**
 * The last whole frame of a trajectory `_trj.xyz`, or of its end: ORCA appends one in each cycle, and a run that was killed
 * may have cut the last one. A last line without its line end is cut, too: `-1.23` may have been `-1.234567`.
 * @param symbols the elements that the calculation has, in order
 * @returns ångström; undefined when no frame is whole, or of another molecule
 */
export function readLastFrame(text: string, symbols: readonly string[]): Atom[] | undefined {
  const lines = text.split('\n').slice(0, -1);
  for (let first = lines.length - symbols.length; first >= 2; first -= 1) {
    if (lines[first - 2]?.trim() !== String(symbols.length)) continue;
    const atoms = lines.slice(first, first + symbols.length).map(parseAtomLine);
    const isFrame = atoms.every((atom, index) => Array.isArray(atom) && atom[0] === symbols[index]);
    if (isFrame) return atoms.filter((atom) => Array.isArray(atom));
  }
  return undefined;
}
