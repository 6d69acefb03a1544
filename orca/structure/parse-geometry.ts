import type { Atom } from '../../core/job/calculation.ts';
import { OactError } from '../../core/errors.ts';
import { findShiftedColumns } from './find-shifted-columns.ts';
import { parseAtomLine } from './parse-atom-line.ts';

/**
 * Atoms of a geometry text, in ångström, in file order. Two forms are read:
 *
 * - with an XYZ header: a line with the atom count alone, one comment line (blank or any words), the atoms;
 * - without one: `El x y z` lines only.
 *
 * The first line that is not blank decides: a lone integer is a count, all else must be an atom. The line
 * right after the count is the comment, even when it is blank or looks like an atom; only if the count
 * fits no other way is it taken for the first atom (some exports lose a blank comment line). Other blank
 * lines are skipped, columns after the fourth are ignored unless they show that the coordinates stand elsewhere, an atomic number may stand for a symbol.
 * @throws OactError STRUCTURE_INVALID naming the line, counted from 1
 */
export function parseGeometry(text: string): Atom[] {
  const lines = text.split(/\r*\n|\r/);
  const first = lines.findIndex((line) => line.trim() !== '');
  const head = lines[first]?.trim();
  if (head === undefined) throw invalid('the geometry has no atoms: the text is blank');
  const divider = lines.length > 1 ? undefined : /\\r?\\?n|[;|]/.exec(head)?.[0];
  if (divider !== undefined)
    throw invalid(`the geometry is one line divided by '${divider}'; write each atom on a line of its own`);
  if (!/^\d+$/.test(head)) return readAtoms(lines, first);

  const count = Number(head);
  const atoms = readAtoms(lines, first + 2);
  if (atoms.length === count) return withoutEmpty(atoms);
  const comment = parseAtomLine(lines[first + 1] ?? '');
  if (atoms.length === count - 1 && Array.isArray(comment)) return [comment, ...atoms];
  throw invalid(
    `geometry line ${first + 1} announces ${count} atoms, ${atoms.length} follow the comment line`,
    'The count must be the number of atom lines; one comment line, blank or not, stands between.',
  );
}

function readAtoms(lines: string[], from: number): Atom[] {
  const atoms: Atom[] = [];
  const atomLines: string[] = [];
  for (const [offset, line] of lines.slice(from).entries()) {
    if (line.trim() === '') continue;
    const atom = parseAtomLine(line);
    if (!Array.isArray(atom)) throw invalid(`geometry line ${from + offset + 1}: ${atom.problem}`);
    atoms.push(atom);
    atomLines.push(line);
  }
  const shifted = findShiftedColumns(atomLines);
  if (shifted !== undefined)
    throw invalid(`geometry line ${from + 1}: ${shifted}; keep only element, x, y and z`);
  return atoms;
}

function withoutEmpty(atoms: Atom[]): Atom[] {
  if (atoms.length > 0) return atoms;
  throw invalid('the geometry has no atoms: its count line says 0');
}

function invalid(
  message: string,
  hint = 'Write one atom per line: element, x, y, z in ångström.',
): OactError {
  return new OactError('STRUCTURE_INVALID', message, { hint });
}
