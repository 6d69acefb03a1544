import { renderFormula } from '../../core/formula.ts';
import type { ImportReport } from '../../producer/import/import-report.ts';
import type { TableFacts } from '../../producer/sources/read-csv.ts';
import { flagOf } from '../../producer/tables/explain-columns.ts';
import { separatorNames } from '../../producer/tables/find-separator.ts';
import { countElectrons } from '../../orca/structure/elements.ts';
import { alignColumns } from '../terminal/align-columns.ts';
import { plural, renderFindings } from './render-import.ts';

const shownReasons = 6;

/** Flags that confirm what the preview has guessed, ready to be typed. */
export function neededFlags(table: TableFacts | undefined): string[] {
  return (table?.found ?? []).filter(({ by }) => by === 'guess').map(({ role, name }) => flagOf(role, name));
}

/** What an import would do, on one screen. */
export function renderPreview(title: string, table: TableFacts | undefined, report: ImportReport): string {
  return [
    title,
    ...(table === undefined ? [] : renderColumns(table)),
    '',
    ...renderSample(report),
    ...renderCounts(report),
  ].join('\n');
}

function renderColumns({ separator, encoding, found, unused }: TableFacts): string[] {
  const how = { flag: '', name: '', guess: '  (a guess)' };
  return [
    `  separator: ${separatorNames[separator]}, encoding: ${encoding.toUpperCase()}`,
    ...found.map(({ role, name, by }) => `  ${roleNames[role].padEnd(18)} ${name}${how[by]}`),
    ...(unused.length > 0
      ? [`  not used: ${unused.map((name) => (name === '' ? '(no name)' : name)).join(', ')}`]
      : []),
  ];
}

const roleNames = {
  geometry: 'geometry',
  charge: 'charge',
  multiplicity: 'multiplicity',
  unpaired: 'unpaired electrons',
  name: 'name',
  key: 'key',
  extra: 'extra column',
};

function renderSample({ sample }: ImportReport): string[] {
  if (sample.length === 0) return [];
  const rows = sample.map(({ name, symbols, charge, multiplicity }) => [
    name,
    renderFormula(symbols),
    charge,
    multiplicity,
    countElectrons(symbols, charge),
    symbols.length,
  ]);
  const head = ['name', 'formula', 'charge', 'multiplicity', 'electrons', 'atoms'];
  return [...alignColumns(head, rows, [2, 3, 4, 5]).map((line) => `  ${line}`), ''];
}

function renderCounts(report: ImportReport): string[] {
  const { imported, duplicates, repeatedCount, badCount, differing, reasons } = report;
  const shown = reasons.slice(0, shownReasons);
  const more = reasons.length - shown.length;
  return [
    `  ${imported} good, ${badCount} bad, ${plural(repeatedCount, 'exact duplicate')}, ${duplicates - repeatedCount} already known, ${differing.length} with other values`,
    ...shown.map(({ count, example, file, line }) => `  ${count} bad: ${file}:${line}: ${example}`),
    ...(more > 0 ? [`  … and ${plural(more, 'other reason')}`] : []),
    ...renderFindings({ ...report, bad: [], badCount: 0 }),
  ];
}
