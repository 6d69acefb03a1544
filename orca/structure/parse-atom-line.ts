import type { Atom } from '../../core/job/calculation.ts';
import { atomicNumberOf, symbolOf } from './elements.ts';

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?$/;

/** One `El x y z` line, columns after the fourth ignored: the atom, or what is wrong with the line. */
export function parseAtomLine(line: string): Atom | { problem: string } {
  const [element = '', ...columns] = line.trim().split(/\s+/);
  const symbol = parseElement(element);
  if (symbol === undefined) return { problem: `'${element}' is not an element` };
  if (columns.length < 3) return { problem: `${symbol} has ${columns.length} of its 3 coordinates` };
  const [x, y, z] = columns.slice(0, 3).map(parseCoordinate);
  if (x !== undefined && y !== undefined && z !== undefined) return [symbol, x, y, z];
  const wrong = columns.slice(0, 3).find((column) => parseCoordinate(column) === undefined);
  if (wrong !== undefined && /^[+-]?\d*,\d+$/.test(wrong))
    return { problem: `'${wrong}' has a decimal comma; write ${wrong.replace(',', '.')}` };
  return { problem: `'${wrong}' is not a number` };
}

/** A Fortran `D` exponent is allowed (`1.0D+00`); undefined for all that is no finite number. */
function parseCoordinate(text: string): number | undefined {
  if (!number.test(text)) return undefined;
  const value = Number(text.replace(/[dD]/, 'e'));
  // Never -0: JSON has none, so an input rendered from a payload would differ from one rendered here.
  return Number.isFinite(value) ? value + 0 : undefined;
}

/** `AM`, `am` and `95` become `Am`; undefined when it is no element. */
function parseElement(text: string): string | undefined {
  if (/^\d{1,3}$/.test(text)) return symbolOf(Number(text));
  const symbol = text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
  return atomicNumberOf(symbol) === undefined ? undefined : symbol;
}
