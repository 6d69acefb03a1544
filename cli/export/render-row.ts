import { parseWarnings } from '../../workflow/lookup/show-record.ts';
import { listedColumns } from '../../workflow/results/result-columns.ts';
import type { ExportRow } from '../../workflow/results/list-export-rows.ts';

type CsvColumn = readonly [column: string, field: string];

/** Result columns that are exported, in the order of their table: those of the record, of its attempt, and those that came later. */
function listResultColumns(group: 'record' | 'attempt' | 'later'): CsvColumn[] {
  return listedColumns.flatMap(([, { exported, inStructures }]) => {
    if (exported === undefined) return [];
    const own = exported.isLater ? 'later' : inStructures === null ? 'attempt' : 'record';
    return own === group ? [[exported.csv, exported.json] as const] : [];
  });
}

/** Column of the CSV → field of a row. Units stand in the names. Released columns keep their places: scripts count them. */
const columns: readonly CsvColumn[] = [
  ['id', 'id'],
  ['orig_index', 'origIndex'],
  ['elements', 'elements'],
  ['charge', 'charge'],
  ['multiplicity', 'multiplicity'],
  ['status', 'status'],
  ...listResultColumns('record'),
  ['fail_count', 'failCount'],
  ['error_message', 'errorMessage'],
  ['job_dir', 'jobDir'],
  ['attempt', 'attempt'],
  ['class', 'class'],
  ...listResultColumns('attempt'),
  ['name', 'name'],
  ...listResultColumns('later'),
];

type Row = ExportRow & Record<string, unknown>;

/** @param extra the user's own columns */
export function renderCsvHead(extra: readonly string[], isRaw = false): string {
  return `${[...columns.map(([column]) => column), ...extra].map((value) => cell(value, isRaw)).join(',')}\n`;
}

export function renderCsvRow(row: Row, extra: readonly string[], isRaw = false): string {
  const values = [...columns.map(([, field]) => row[field]), ...extra.map((name) => row[name])];
  return `${values.map((value) => cell(value, isRaw)).join(',')}\n`;
}

/** One JSON object per line; what the table has as JSON is not quoted twice. */
export function renderJsonRow(row: Row, extra: readonly string[]): string {
  const own = Object.fromEntries(columns.map(([, field]) => [field, row[field]]));
  const warnings = parseWarnings(row.warnings);
  const others = Object.fromEntries(extra.map((name) => [name, row[name]]));
  return `${JSON.stringify({ ...own, warnings, ...(extra.length > 0 && { extra: others }) })}\n`;
}

/** A spreadsheet takes text that begins like this for a formula, and a formula may run programs and send data. */
const formulaStart = /^[\s\0]*[=+\-@\t\r＝＋－＠]/;
const isNumber = (text: string): boolean => /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text);

/** As RFC 4180 has it; an absent value is empty. Text that is no number and looks like a formula gets an apostrophe, unless it is to stay raw. */
function cell(value: unknown, isRaw: boolean): string {
  if (value === null || value === undefined) return '';
  const isGuarded = !isRaw && typeof value === 'string' && formulaStart.test(value) && !isNumber(value);
  const text = typeof value === 'string' ? `${isGuarded ? "'" : ''}${value}` : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
