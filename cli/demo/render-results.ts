import { formatDuration } from '../../core/config/duration.ts';
import { formulaOf } from '../../orca/structure/formula.ts';
import type { ResultRow } from '../../workflow/results/list-results.ts';
import { paintStatus, renderTable } from '../terminal/print.ts';

const formulaOfElements = (elements: string | null): string =>
  elements === null ? '' : formulaOf(elements.split(';').map((symbol) => [symbol, 0, 0, 0]));

/** One line of at most `length` characters: a table has no place for more. */
function shorten(text: string, length: number): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

/** The table of results, one line per record. */
export function renderResults(rows: ResultRow[]): string {
  return renderTable(
    ['id', 'formula', 'status', 'energy / Eh', 'SCF cycles', 'wall time', 'slot', ''],
    rows.map((row) => [
      row.id,
      formulaOfElements(row.elements),
      paintStatus(row.status ?? ''),
      row.finalEnergyHartree === null ? null : row.finalEnergyHartree.toFixed(6),
      row.scfCycles,
      row.wallTimeSeconds === null ? null : formatDuration(row.wallTimeSeconds),
      row.slot,
      shorten(row.errorMessage ?? '', 60),
    ]),
    [0, 3, 4, 5, 6],
  );
}
