import { type Element, findElement } from '../chemistry/elements.ts';
import { cannotOpenError, coordinateError, coordinateTypeError } from './input-error.ts';
import type { InputLine } from './scan-input.ts';

export interface Atom {
  element: Element;
  /** Å */
  x: number;
  y: number;
  z: number;
}

export interface Coordinates {
  charge: number;
  multiplicity: number;
  atoms: Atom[];
}

/** Reads a text file beside the input, or undefined when it cannot be read. */
export type ReadText = (path: string) => string | undefined;

/**
 * Reads the `*` part that starts at `lines[start]`: `* xyz q m` with atoms up to `*` or `end`, or
 * `* xyzfile q m name` without them. Returns it with the index of the next line. Throws InputError.
 */
export function parseCoordinates(
  lines: InputLine[],
  start: number,
  readText: ReadText,
): { coordinates: Coordinates; next: number } {
  const header = lines[start] ?? { number: 0, text: '' };
  const [type = '', charge = '', multiplicity = '', file] = header.text.slice(1).trim().split(/\s+/);
  const kind = type.toLowerCase();
  if (kind !== 'xyz' && kind !== 'xyzfile') throw coordinateTypeError(header.number);
  const numbers = { charge: Number(charge), multiplicity: Number(multiplicity) };
  if (!/^[+-]?\d+$/.test(charge) || !/^\d+$/.test(multiplicity) || numbers.multiplicity < 1) {
    throw coordinateError(header.number, `charge and multiplicity expected, found: ${header.text}`);
  }
  if (kind === 'xyzfile') {
    return { coordinates: { ...numbers, atoms: readXyzFile(file ?? '', readText) }, next: start + 1 };
  }
  const atoms: Atom[] = [];
  for (let next = start + 1; next < lines.length; next += 1) {
    const line = lines[next];
    if (line === undefined) break;
    if (line.text.startsWith('*') || line.text.toLowerCase() === 'end') {
      return { coordinates: { ...numbers, atoms }, next: next + 1 };
    }
    atoms.push(parseAtom(line.text, line.number));
  }
  throw coordinateError(lines.at(-1)?.number ?? 0, "the coordinates are not closed by '*'");
}

function parseAtom(text: string, line: number): Atom {
  const [symbol = '', ...fields] = text.split(/\s+/);
  const element = findElement(symbol);
  if (element === undefined) {
    throw coordinateError(
      line,
      `Element name/number, dummy atom or point charge expected in COORDS, found: ${symbol}`,
    );
  }
  const [x = Number.NaN, y = Number.NaN, z = Number.NaN] = fields.map(Number);
  if (fields.length !== 3 || ![x, y, z].every(Number.isFinite)) {
    throw coordinateError(line, `three coordinates expected, found: ${text}`);
  }
  return { element, x, y, z };
}

function readXyzFile(path: string, readText: ReadText): Atom[] {
  const text = path === '' ? undefined : readText(path);
  if (text === undefined) throw cannotOpenError(path);
  const rows = text.split(/\r?\n/);
  const count = Number(rows[0]);
  if (!Number.isInteger(count) || count < 1)
    throw coordinateError(1, `${path}: the number of atoms is missing`);
  return rows.slice(2, 2 + count).map((row, index) => parseAtom(row.trim(), index + 3));
}
