import { OactError } from '../../core/errors.ts';
import type { ExtraColumn } from '../../workflow/schema/extra-columns.ts';

/** Which columns of a table hold what. */
export type CsvOptions = {
  /** Default `aligned_csd_core`, as in the existing system. */
  geometryColumn?: string | undefined;
  /** Default `charge` if there is one; without it the charges are unknown and read as 0. */
  chargeColumn?: string | undefined;
  /** Holds 2S+1. Default `multiplicity` or `spinmult` if there is one. */
  multiplicityColumn?: string | undefined;
  /** Holds the number of unpaired electrons n; the multiplicity is n + 1. */
  unpairedColumn?: string | undefined;
  extraColumns?: readonly ExtraColumn[];
};

/** Positions in a row, from 0; undefined where the table has no such column. */
export type ColumnPositions = {
  count: number;
  geometry: number;
  charge: number | undefined;
  multiplicity: number | undefined;
  unpaired: number | undefined;
  extra: { column: ExtraColumn; position: number }[];
};

/** Some tables mean 2S+1 by these names and some unpaired electrons: the existing system itself did both. */
const ambiguous = ['spin', 'uhf', 'unpaired', 'n_unpaired', 'mult'];

/**
 * Finds the columns by their names in the header.
 * @throws OactError IMPORT_COLUMN_MISSING naming the columns that exist; USAGE when both spin options are
 * given, or none and a column has one of the names that mean either
 */
export function findColumns(header: readonly string[], options: CsvOptions, file: string): ColumnPositions {
  if (header.some((name) => name.includes('\0'))) {
    throw new OactError('FILE_UNREADABLE', `'${file}' is not a table of text`, {
      hint: 'A workflow.db is adopted with --database, a spreadsheet must be saved as CSV.',
    });
  }
  const names = header.map((name) => name.trim());
  const { geometryColumn = 'aligned_csd_core', multiplicityColumn, unpairedColumn } = options;
  const find = (name: string): number => {
    const position = names.indexOf(name);
    if (position >= 0) return position;
    throw new OactError(
      'IMPORT_COLUMN_MISSING',
      `'${file}' has no column '${name}'; it has ${names.join(', ')}`,
      {
        hint: hintFor(names),
      },
    );
  };
  const findDefault = (...defaults: string[]): number | undefined => {
    const name = defaults.find((candidate) => names.includes(candidate));
    return name === undefined ? undefined : names.indexOf(name);
  };
  if (multiplicityColumn !== undefined && unpairedColumn !== undefined) {
    throw new OactError('USAGE', 'both a multiplicity column and an unpaired column are given', {
      hint: 'Give --multiplicity-column (2S+1) or --unpaired-column (number of unpaired electrons).',
    });
  }
  const geometry = find(geometryColumn);
  const unpaired = unpairedColumn === undefined ? undefined : find(unpairedColumn);
  const multiplicity =
    multiplicityColumn === undefined ? findDefault('multiplicity', 'spinmult') : find(multiplicityColumn);
  const unclear = ambiguous.find((name) => names.includes(name));
  if (multiplicity === undefined && unpaired === undefined && unclear !== undefined) {
    throw new OactError('USAGE', `it is not clear what the column '${unclear}' of '${file}' means`, {
      hint: `Give --multiplicity-column ${unclear} if it holds 2S+1, --unpaired-column ${unclear} if it counts unpaired electrons.`,
    });
  }
  return {
    count: names.length,
    geometry,
    charge: options.chargeColumn === undefined ? findDefault('charge') : find(options.chargeColumn),
    multiplicity: unpaired === undefined ? multiplicity : undefined,
    unpaired,
    extra: (options.extraColumns ?? []).map((column) => ({ column, position: find(column.name) })),
  };
}

function hintFor(names: readonly string[]): string {
  const lone = names.length === 1 ? (names[0] ?? '') : '';
  const separator = [';', '\t'].find((candidate) => lone.includes(candidate));
  if (separator === undefined)
    return 'Name the right one with --geometry-column, --charge-column and the like.';
  return `Its columns seem to be separated by ${separator === ';' ? 'semicolons' : 'tabs'}; save it with commas.`;
}
