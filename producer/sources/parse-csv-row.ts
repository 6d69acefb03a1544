import { OactError } from '../../core/errors.ts';
import type { ColumnOptions, ColumnPositions } from './find-columns.ts';
import { settleNumber } from '../tables/given-numbers.ts';
import type { ImportRow } from './import-source.ts';
import { parseExtraValue } from '../import/parse-extra-columns.ts';
import { parseName } from '../tables/parse-name.ts';
import { parseCharge, parseMultiplicity, parseUnpaired } from '../import/parse-row-numbers.ts';

/**
 * What the fields of one row say.
 * @throws OactError IMPORT_ROW_INVALID
 */
export function parseCsvRow(
  fields: readonly string[],
  columns: ColumnPositions,
  options: ColumnOptions,
): Pick<ImportRow, 'geometry' | 'charge' | 'multiplicity' | 'name' | 'key' | 'extra'> {
  const count = columns.names.length;
  if (fields.length !== count) {
    const surplus = fields.length > count ? '; a value that holds the separator needs quotes around it' : '';
    throw new OactError(
      'IMPORT_ROW_INVALID',
      `it has ${fields.length} fields, the header has ${count}${surplus}`,
    );
  }
  if (fields.every((field) => field.trim() === ''))
    throw new OactError('IMPORT_ROW_INVALID', 'all its cells are empty');
  const read = (position: number | undefined): string =>
    position === undefined ? '' : (fields[position] ?? '');
  const emptyCell = (position: number | undefined): string =>
    position === undefined
      ? 'the table has no such column'
      : `the cell in column '${columns.names[position]}' has no value`;
  const { unpaired, multiplicity } = columns;
  const stated =
    unpaired === undefined ? parseMultiplicity(read(multiplicity)) : parseUnpaired(read(unpaired));
  const geometry = read(columns.geometry);
  if (geometry.includes('\uFFFD') || read(columns.name).includes('\uFFFD')) {
    throw new OactError(
      'IMPORT_ROW_INVALID',
      'it contains bytes that are not UTF-8; save the file as "CSV UTF-8", or convert it: iconv -f WINDOWS-1252 -t UTF-8',
    );
  }
  return {
    geometry,
    charge: settleNumber('charge', parseCharge(read(columns.charge)), options, emptyCell(columns.charge)),
    multiplicity: settleNumber('multiplicity', stated, options, emptyCell(unpaired ?? multiplicity)),
    name: parseName(read(columns.name)),
    key: parseName(read(columns.key)),
    extra: Object.fromEntries(
      columns.extra.map(({ column, position }) => [column.name, parseExtraValue(read(position), column)]),
    ),
  };
}
