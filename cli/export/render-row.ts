import { parseWarnings } from '../../workflow/lookup/show-record.ts';
import type { ExportRow } from '../../workflow/results/list-export-rows.ts';

/** Column of the CSV → field of a row. Units stand in the names. */
const columns: readonly [column: string, field: keyof ExportRow][] = [
  ['id', 'id'],
  ['orig_index', 'origIndex'],
  ['elements', 'elements'],
  ['charge', 'charge'],
  ['multiplicity', 'multiplicity'],
  ['status', 'status'],
  ['final_energy_hartree', 'finalEnergyHartree'],
  ['max_gradient_hartree_per_bohr', 'maxGradientHartreePerBohr'],
  ['scf_cycles', 'scfCycles'],
  ['wall_time_seconds', 'wallTimeSeconds'],
  ['core_count', 'coreCount'],
  ['fail_count', 'failCount'],
  ['error_message', 'errorMessage'],
  ['job_dir', 'jobDir'],
  ['attempt', 'attempt'],
  ['class', 'class'],
  ['node', 'node'],
  ['program', 'program'],
  ['warnings', 'warnings'],
  ['finished_at', 'finishedAt'],
  // Last, so that a script which counts columns still finds the others.
  ['name', 'name'],
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
