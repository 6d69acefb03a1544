// Columns that other programs write between the element and its coordinates: read as coordinates, they give a wrong structure that
// looks right.
import { atomicNumberOf } from './elements.ts';

const wholeNumber = /^[+-]?\d+$/;
const decimal = /^[+-]?\d*\.\d*(?:[eEdD][+-]?\d+)?$/;

/**
 * Why the second to fourth columns of these atom lines are no coordinates; undefined when nothing speaks against it. Only lines
 * with more than four columns are asked.
 */
export function findShiftedColumns(lines: readonly string[]): string | undefined {
  const [first, ...others] = lines;
  if (first === undefined || columnsOf(first).length < 5) return undefined;
  const rows = [first, ...others].map(columnsOf);
  if (rows.some(({ length }) => length < 5)) return undefined;
  if (rows.length > 1 && rows.every(([number], index) => number === String(index + 1)))
    return 'the first column numbers the atoms';
  if (
    rows.every(([element = '', second]) => second === String(atomicNumberOf(titleCase(element)) ?? element))
  )
    return 'the second column is the atomic number';
  const isTyped = rows.every(
    ([, second = '', ...rest]) =>
      rest.length === 3 && wholeNumber.test(second) && rest.every((column) => decimal.test(column)),
  );
  return isTyped ? 'the second column has whole numbers, such as atom types or freeze flags' : undefined;
}

const columnsOf = (line: string): string[] => line.trim().split(/\s+/);

const titleCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
