import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { OactError } from '../../core/errors.ts';
import { parseCharge, parseMultiplicity } from '../import/parse-row-numbers.ts';
import { findSeparator } from '../tables/find-separator.ts';
import { parseName } from '../tables/parse-name.ts';
import { sniffText } from '../tables/sniff-text.ts';
import { toFileError } from '../sources/source-file.ts';
import type { WantedValues } from './plan-correction.ts';

/** One row of a table of corrections. It says the record by id, by name, or by both. */
export interface WantedCorrection extends WantedValues {
  /** The cell of the column `id`: a record id, or a name. */
  id: string | null;
  /** The cell of the column `name`. */
  name: string | null;
  /** For messages, counted from 1. */
  line: number;
}

interface CorrectionTable {
  rows: WantedCorrection[];
  /** Columns that mean nothing here. */
  ignored: string[];
}

/** Names of the columns in lower case; `id` is the record id that `oact job list` shows, or the chemist's own name. */
const columnNames = [
  ['id', ['id', 'record', 'record_id']],
  ['name', ['name', 'refcode']],
  ['charge', ['charge']],
  ['multiplicity', ['multiplicity', 'spinmult']],
  ['geometry', ['geometry', 'xyz']],
] as const;

type Column = (typeof columnNames)[number][0];

/** @throws OactError FILE_UNREADABLE, also for a spreadsheet, and those of parseCorrections */
export function readCorrections(path: string): CorrectionTable {
  const { encoding } = sniffText(path);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw toFileError(error, path);
  }
  return parseCorrections(new TextDecoder(encoding).decode(bytes), path);
}

/**
 * Corrections of a table: comma, semicolon, tab or pipe, a header in any case, one record per row. An empty cell leaves a value as
 * it is. Anything wrong refuses the whole table: half a correction is hard to see later.
 * @throws OactError IMPORT_COLUMN_MISSING, IMPORT_ROW_INVALID naming the lines, IMPORT_EMPTY
 */
export function parseCorrections(text: string, path: string): CorrectionTable {
  const [header, ...records] = parseTable(text, path);
  const names = (header?.record ?? []).map((name) => name.trim());
  const positions = findPositions(names, path);
  const problems: string[] = [];
  const rows = records.flatMap(({ record, info }): WantedCorrection[] => {
    const line = info.lines;
    try {
      return [parseRow(record, names.length, positions, line)];
    } catch (error) {
      if (!(error instanceof OactError)) throw error;
      problems.push(`${path}:${line}: ${error.message}`);
      return [];
    }
  });
  if (problems.length > 0) throw refuseCorrections(problems);
  if (rows.length === 0)
    throw new OactError('IMPORT_EMPTY', `'${path}' has no rows`, {
      hint: 'Write one record per row below the header.',
    });
  const used = new Set(Object.values(positions));
  return { rows, ignored: names.filter((_, index) => !used.has(index)) };
}

/** What csv-parse gives with `info`. */
const tableRows = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.int() }) }));

function parseTable(text: string, path: string): z.output<typeof tableRows> {
  const { separator, hasSeparatorLine } = findSeparator(text);
  try {
    const rows: unknown = parse(text, {
      bom: true,
      delimiter: separator,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    });
    return tableRows.parse(rows).slice(hasSeparatorLine ? 1 : 0);
  } catch (error) {
    throw new OactError('FILE_UNREADABLE', `'${path}' cannot be read as a table`, {
      hint: 'Save it as CSV with a header, and put fields with line breaks in quotes.',
      cause: error,
    });
  }
}

function findPositions(names: readonly string[], path: string): Partial<Record<Column, number>> {
  const lower = names.map((name) => name.toLowerCase());
  const positions: Partial<Record<Column, number>> = {};
  const hint = `oact reads the columns id or name, and charge, multiplicity (2S+1) and geometry. The file has: ${names.join(', ')}.`;
  for (const [column, candidates] of columnNames) {
    const places = lower.flatMap((name, index) =>
      candidates.some((candidate) => candidate === name) ? [index] : [],
    );
    if (places.length > 1) {
      const both = places.map((place) => `'${names[place]}'`).join(' and ');
      throw new OactError('USAGE', `'${path}' has the column '${column}' twice: ${both}`, {
        hint: 'Remove or rename one of them.',
      });
    }
    if (places[0] !== undefined) positions[column] = places[0];
  }
  if (positions.id === undefined && positions.name === undefined)
    throw new OactError('IMPORT_COLUMN_MISSING', `'${path}' has no column 'id' or 'name' with the records`, {
      hint,
    });
  const { charge, multiplicity, geometry } = positions;
  if (charge === undefined && multiplicity === undefined && geometry === undefined)
    throw new OactError('IMPORT_COLUMN_MISSING', `'${path}' has no column with a value to set`, { hint });
  return positions;
}

function parseRow(
  fields: readonly string[],
  count: number,
  positions: Partial<Record<Column, number>>,
  line: number,
): WantedCorrection {
  if (fields.length !== count) throw invalid(`it has ${fields.length} fields, the header has ${count}`);
  const read = (column: Column): string => {
    const position = positions[column];
    return position === undefined ? '' : (fields[position] ?? '');
  };
  const id = parseName(read('id'));
  const name = parseName(read('name'));
  if (id === null && name === null) throw invalid('it names no record');
  const geometry = read('geometry');
  return {
    id,
    name,
    line,
    charge: parseCharge(read('charge')) ?? undefined,
    multiplicity: parseMultiplicity(read('multiplicity')) ?? undefined,
    geometry: geometry.trim() === '' ? undefined : geometry,
  };
}

function invalid(message: string): OactError {
  return new OactError('IMPORT_ROW_INVALID', message);
}

/** One error for all bad rows of a table. @param problems each with file and line */
export function refuseCorrections(problems: readonly string[]): OactError {
  const shown = problems.slice(0, 10);
  const more = problems.length > shown.length ? [`and ${problems.length - shown.length} more`] : [];
  const rows = problems.length === 1 ? 'one row is' : `${problems.length} rows are`;
  const message = [`${rows} bad, nothing was changed`, ...shown, ...more].join('\n');
  return new OactError('IMPORT_ROW_INVALID', message, {
    hint: 'Correct these lines, then run the command again.',
  });
}
