import { OactError } from '../../core/errors.ts';
import type { ColumnPositions } from './find-columns.ts';
import type { ImportRow } from './import-source.ts';
import { parseExtraValue } from './parse-extra-columns.ts';
import { parseCharge, parseMultiplicity, parseUnpaired } from './parse-row-numbers.ts';

/**
 * What the fields of one row say.
 * @throws OactError IMPORT_ROW_INVALID
 */
export function parseCsvRow(
  fields: readonly string[],
  columns: ColumnPositions,
): Pick<ImportRow, 'geometry' | 'charge' | 'multiplicity' | 'extra'> {
  if (fields.length !== columns.count) {
    throw new OactError(
      'IMPORT_ROW_INVALID',
      `it has ${fields.length} fields, the header has ${columns.count}`,
    );
  }
  // An absent column reads as an empty cell: no value.
  const read = (position: number | undefined): string =>
    position === undefined ? '' : (fields[position] ?? '');
  return {
    geometry: read(columns.geometry),
    charge: parseCharge(read(columns.charge)),
    multiplicity:
      columns.unpaired === undefined
        ? parseMultiplicity(read(columns.multiplicity))
        : parseUnpaired(read(columns.unpaired)),
    extra: Object.fromEntries(
      columns.extra.map(({ column, position }) => [column.name, parseExtraValue(read(position), column)]),
    ),
  };
}
