import { OactError } from '../../core/errors.ts';
import type { ExtraColumn } from '../../workflow/schema/extra-columns.ts';
import { type ColumnProblem, explainColumns } from '../tables/explain-columns.ts';
import { checkGivenNumbers, type GivenNumbers } from '../tables/given-numbers.ts';
import { type ColumnRole, findLookAlikes } from '../tables/look-alikes.ts';

/** Which columns of a table, or which keys of a comment line, hold what; and what flags say instead. */
export type ColumnOptions = GivenNumbers & {
  /** Default `aligned_csd_core`, as in the existing system. */
  geometryColumn?: string | undefined;
  /** Default `charge`. */
  chargeColumn?: string | undefined;
  /** Holds 2S+1. Default `multiplicity` or `spinmult`. */
  multiplicityColumn?: string | undefined;
  /** Holds the number of unpaired electrons n; the multiplicity is n + 1. */
  unpairedColumn?: string | undefined;
  /** The chemist's own name of a structure. Default `name`, `refcode` or `id` if there is one. */
  nameColumn?: string | undefined;
  /** What a structure is known by when its table comes again; default: its name. */
  keyColumn?: string | undefined;
  extraColumns?: readonly ExtraColumn[];
};

/** One column that is read, and why it was taken. */
export type FoundColumn = {
  role: ColumnRole;
  name: string;
  /** A guess is made only for a preview: it must be confirmed by its flag. */
  by: 'flag' | 'name' | 'guess';
};

/** Positions in a row, from 0; undefined where the table has no such column. */
export type ColumnPositions = {
  /** All names, in the order of the table. */
  names: string[];
  geometry: number;
  charge: number | undefined;
  multiplicity: number | undefined;
  unpaired: number | undefined;
  name: number | undefined;
  key: number | undefined;
  extra: { column: ExtraColumn; position: number }[];
  found: FoundColumn[];
};

/** Some tables mean 2S+1 by these names and some unpaired electrons: the existing system itself did both. */
const ambiguous = ['spin', 'uhf', 'unpaired', 'n_unpaired', 'mult'];

/**
 * Finds the columns by their names in the header, without regard to letter case and blanks around them.
 * @param guess take the only column that looks like a missing one, for a preview
 * @throws OactError IMPORT_COLUMN_MISSING with all that is missing and what looks like it; USAGE when flags contradict each other
 * or the meaning of a spin column is not said
 */
export function findColumns(
  header: readonly string[],
  options: ColumnOptions,
  file: string,
  guess = false,
): ColumnPositions {
  checkFlags(options);
  const names = header.map(cleanHeader);
  checkHeader(names, file);
  const found: FoundColumn[] = [];
  const problems: ColumnProblem[] = [];

  const take = (role: ColumnRole, position: number, by: FoundColumn['by']): number => {
    found.push({ role, name: names[position] ?? '', by });
    return position;
  };
  const look = (name: string): number | undefined => {
    const places = placesOf(names, name);
    if (places.length > 1) problems.push({ kind: 'twice', names: places.map((place) => names[place] ?? '') });
    return places[0];
  };
  const miss = (role: ColumnRole, wanted: string): number | undefined => {
    const likes = findLookAlikes(names, role, wanted);
    const [like] = likes;
    const isTaken = found.some(({ name }) => name === like);
    if (guess && like !== undefined && likes.length === 1 && !isTaken)
      return take(role, names.indexOf(like), 'guess');
    problems.push({ kind: 'missing', role, wanted, likes });
    return undefined;
  };
  /** @param isNeeded without it, a column that is not there is no problem */
  const find = (
    role: ColumnRole,
    given: string | undefined,
    defaults: readonly string[],
    isNeeded: boolean,
  ): number | undefined => {
    if (given !== undefined) {
      const position = look(given);
      return position === undefined ? miss(role, given) : take(role, position, 'flag');
    }
    for (const name of defaults) {
      const position = look(name);
      if (position !== undefined) return take(role, position, 'name');
    }
    return isNeeded ? miss(role, defaults[0] ?? role) : undefined;
  };

  const geometry = find('geometry', options.geometryColumn, ['aligned_csd_core'], true);
  const charge = find('charge', options.chargeColumn, ['charge'], options.charge === undefined);
  let unpaired =
    options.unpairedColumn === undefined ? undefined : find('unpaired', options.unpairedColumn, [], true);
  let multiplicity: number | undefined;
  if (options.unpairedColumn === undefined) {
    const unclear = ambiguous.find((name) => placesOf(names, name).length > 0);
    const hasDefault = ['multiplicity', 'spinmult'].some((name) => placesOf(names, name).length > 0);
    const isGiven = options.multiplicityColumn !== undefined || options.multiplicity !== undefined;
    if (isGiven || hasDefault || unclear === undefined) {
      const isNeeded = options.multiplicity === undefined;
      multiplicity = find('multiplicity', options.multiplicityColumn, ['multiplicity', 'spinmult'], isNeeded);
    } else {
      const position = placesOf(names, unclear)[0] ?? 0;
      const countsUnpaired = /unpaired|uhf/i.test(unclear);
      if (!guess) problems.push({ kind: 'unclear', name: names[position] ?? unclear });
      else if (countsUnpaired) unpaired = take('unpaired', position, 'guess');
      else multiplicity = take('multiplicity', position, 'guess');
    }
  }
  const name = find('name', options.nameColumn, ['name', 'refcode', 'id'], false);
  const key = options.keyColumn === undefined ? undefined : find('key', options.keyColumn, [], true);
  const extra = (options.extraColumns ?? []).flatMap((column) => {
    const position = find('extra', column.name, [], true);
    return position === undefined ? [] : [{ column, position }];
  });
  if (problems.length > 0 || geometry === undefined) throw explainColumns(problems, names, file);
  return { names, geometry, charge, multiplicity, unpaired, name, key, extra, found };
}

/** Blanks at the ends and characters of no width are nobody's wish: spreadsheets and web pages leave them. */
function cleanHeader(name: string): string {
  return name.replaceAll(/[\u00AD\u200B-\u200F\u2060\uFEFF]/g, '').trim();
}

/** @throws OactError FILE_UNREADABLE when the names are in another encoding */
function checkHeader(names: readonly string[], file: string): void {
  const broken = names.find((name) => name.includes('\uFFFD'));
  if (broken === undefined) return;
  throw new OactError('FILE_UNREADABLE', `the column '${broken}' of '${file}' has bytes that are not UTF-8`, {
    hint: 'Save the file as "CSV UTF-8", or convert it: iconv -f WINDOWS-1252 -t UTF-8.',
  });
}

/** The column of exactly this name; else all that differ in letter case only. */
function placesOf(names: readonly string[], wanted: string): number[] {
  const places = (matches: (name: string) => boolean): number[] =>
    names.flatMap((name, index) => (matches(name) ? [index] : []));
  const exact = places((name) => name === wanted.trim());
  if (exact.length > 0) return exact;
  return places((name) => name.toLowerCase() === wanted.trim().toLowerCase());
}

/** @throws OactError USAGE */
export function checkFlags(options: ColumnOptions): void {
  checkGivenNumbers(options);
  if (options.multiplicityColumn !== undefined && options.unpairedColumn !== undefined) {
    throw new OactError('USAGE', 'both a multiplicity column and an unpaired column are given', {
      hint: 'Give --multiplicity-column (2S+1) or --unpaired-column (number of unpaired electrons).',
    });
  }
  const column = options.multiplicityColumn ?? options.unpairedColumn;
  for (const [number, name, what] of [
    [options.charge, options.chargeColumn, 'charge'],
    [options.multiplicity, column, 'multiplicity'],
  ] as const) {
    if (number === undefined || name === undefined) continue;
    throw new OactError(
      'USAGE',
      `--${what} ${number} sets all rows, but the column '${name}' is also given`,
      {
        hint: `Leave one of them out; --default-${what} ${number} fills the empty cells of a column.`,
      },
    );
  }
}
