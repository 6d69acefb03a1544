import type { JobRow } from '../../../workflow/lookup/search-jobs.ts';

const columns: readonly (keyof JobRow)[] = [
  'id',
  'origIndex',
  'name',
  'formula',
  'atomCount',
  'charge',
  'multiplicity',
  'status',
  'attempts',
  'failCount',
  'class',
  'reason',
  'node',
  'startedAt',
  'endedAt',
  'elapsedSeconds',
  'finalEnergyHartree',
  'errorMessage',
  'jobDir',
];

export const renderCsvHead = (): string => `${columns.join(',')}\n`;

/** One line. What a spreadsheet would run as a formula gets an apostrophe. */
export function renderCsvRow(row: JobRow): string {
  return `${columns.map((name) => renderCell(row[name])).join(',')}\n`;
}

function renderCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
