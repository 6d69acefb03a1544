import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { OactError } from '../../core/errors.ts';
import { parseCharge, parseMultiplicity } from '../import/parse-row-numbers.ts';
import { toFileError } from '../sources/source-file.ts';
import type { WantedValues } from './plan-correction.ts';
import { readPlainFileSync } from '../../core/plain-file.ts';

/** One row of a table of corrections. */
interface WantedCorrection extends WantedValues {
  /** The record id, as the table names it. */
  id: number;
  /** For messages, counted from 1. */
  line: number;
}

interface CorrectionTable {
  rows: WantedCorrection[];
  /** Columns that mean nothing here. */
  ignored: string[];
}

/** Names of the columns in lower case; `id` is the record id that `oact job list` shows. */
const columnNames = [
  ['id', ['id', 'record', 'record_id']],
  ['charge', ['charge']],
  ['multiplicity', ['multiplicity', 'spinmult']],
  ['geometry', ['geometry', 'xyz']],
] as const;

type Column = (typeof columnNames)[number][0];

/** @throws OactError FILE_UNREADABLE and those of parseCorrections */
export function readCorrections(path: string): CorrectionTable {
  let text: string;
  try {
    text = readPlainFileSync(path);
  } catch (error) {
    throw toFileError(error, path);
  }
  return parseCorrections(text, path);
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
  const lineOf = new Map<number, number>();
  const rows = records.flatMap(({ record, info }): WantedCorrection[] => {
    const line = info.lines;
    try {
      const row = parseRow(record, names.length, positions, line);
      const before = lineOf.get(row.id);
      if (before !== undefined) throw invalid(`record ${row.id} is already in line ${before}`);
      lineOf.set(row.id, line);
      return [row];
    } catch (error) {
      if (!(error instanceof OactError)) throw error;
      problems.push(`${path}:${line}: ${error.message}`);
      return [];
    }
  });
  if (problems.length > 0) throw refuse(problems);
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
  try {
    const rows: unknown = parse(text, {
      bom: true,
      delimiter: separatorOf(text),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    });
    return tableRows.parse(rows);
  } catch (error) {
    throw new OactError('FILE_UNREADABLE', `'${path}' cannot be read as a table`, {
      hint: 'Save it as CSV with a header, and put fields with line breaks in quotes.',
      cause: error,
    });
  }
}

/** The separator that the header has most of: names of columns hold none. */
function separatorOf(text: string): string {
  const header = text.split(/[\r\n]/, 1)[0] ?? '';
  const count = (separator: string): number => header.split(separator).length;
  return [',', ';', '\t', '|'].reduce((best, next) => (count(next) > count(best) ? next : best));
}

function findPositions(names: readonly string[], path: string): Partial<Record<Column, number>> {
  const lower = names.map((name) => name.toLowerCase());
  const positions: Partial<Record<Column, number>> = {};
  for (const [column, candidates] of columnNames) {
    const position = lower.findIndex((name) => candidates.some((candidate) => candidate === name));
    if (position >= 0) positions[column] = position;
  }
  const hint = `oact reads the columns id, charge, multiplicity (2S+1) and geometry. The file has: ${names.join(', ')}.`;
  if (positions.id === undefined)
    throw new OactError('IMPORT_COLUMN_MISSING', `'${path}' has no column 'id' with the record ids`, {
      hint,
    });
  if (Object.keys(positions).length === 1)
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
  const id = read('id').trim();
  if (!/^\d+$/.test(id)) throw invalid(`the record id '${id}' is not a whole number`);
  const geometry = read('geometry');
  return {
    id: Number(id),
    line,
    charge: parseCharge(read('charge')) ?? undefined,
    multiplicity: parseMultiplicity(read('multiplicity')) ?? undefined,
    geometry: geometry.trim() === '' ? undefined : geometry,
  };
}

function invalid(message: string): OactError {
  return new OactError('IMPORT_ROW_INVALID', message);
}

function refuse(problems: readonly string[]): OactError {
  const shown = problems.slice(0, 10);
  const more = problems.length > shown.length ? [`and ${problems.length - shown.length} more`] : [];
  const rows = problems.length === 1 ? 'one row is' : `${problems.length} rows are`;
  const message = [`${rows} bad, nothing was changed`, ...shown, ...more].join('\n');
  return new OactError('IMPORT_ROW_INVALID', message, {
    hint: 'Correct these lines, then run the command again.',
  });
}
