import { OactError } from '../../core/errors.ts';
import { type ExtraColumn, extraColumnTypes } from '../../workflow/schema/extra-columns.ts';
import { isBlankNumber, parseWhole } from './parse-row-numbers.ts';

/**
 * The user's own columns of `metal:TEXT,oxidation:INTEGER`.
 * @throws OactError USAGE
 */
export function parseExtraColumns(text: string): ExtraColumn[] {
  return text.split(',').map((part) => {
    const [name = '', word = '', ...rest] = part.split(':').map((piece) => piece.trim());
    const type = extraColumnTypes.find((known) => known === word.toUpperCase());
    if (name !== '' && type !== undefined && rest.length === 0) return { name, type };
    throw new OactError('USAGE', `'${part.trim()}' does not describe an extra column`, {
      hint: `Write name:TYPE, separated by commas; TYPE is one of ${extraColumnTypes.join(', ')}.`,
    });
  });
}

/**
 * The value of a user's column, null for an empty cell.
 * @throws OactError IMPORT_ROW_INVALID when the type wants a number and there is none
 */
export function parseExtraValue(text: string, { name, type }: ExtraColumn): string | number | null {
  if (type === 'TEXT' || type === 'BLOB') return text === '' ? null : text;
  if (isBlankNumber(text)) return null;
  if (type === 'INTEGER') return parseWhole(text, name);
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new OactError('IMPORT_ROW_INVALID', `the ${name} '${text.trim()}' is not a number`);
}
