import { html } from 'hono/html';
import type { RunRow } from '../../../workflow/reports/list-runs.ts';
import type { Kinds } from '../../reading/views/name-kinds.ts';
import type { Html } from '../page-shell.ts';

/** More columns are put together as others. */
const mostColumns = 14;

export interface HeatMap {
  rows: string[];
  columns: string[];
  /** By row and column; undefined: no such record ended. */
  cells: ({ records: number; completed: number } | undefined)[][];
}

/** Records by metal and by charge or ligands, each by how its newest attempt here ended. @param runs newest first */
export function countSuccess(
  runs: readonly RunRow[],
  by: 'charge' | 'ligands',
  kindsOf: (elements: string | null) => Kinds | undefined,
): HeatMap {
  const seen = new Set<number>();
  const counts = new Map<string, Map<string, { records: number; completed: number }>>();
  const columnCounts = new Map<string, number>();
  for (const { recordId, outcome, elements, charge } of runs) {
    const kinds = kindsOf(elements);
    if (seen.has(recordId) || !kinds) continue;
    seen.add(recordId);
    const column = by === 'charge' ? (charge === null ? '?' : formatCharge(charge)) : kinds.ligands;
    const row = counts.get(kinds.metal) ?? new Map<string, { records: number; completed: number }>();
    counts.set(kinds.metal, row);
    const cell = row.get(column) ?? { records: 0, completed: 0 };
    row.set(column, cell);
    cell.records += 1;
    if (outcome === 'completed') cell.completed += 1;
    columnCounts.set(column, (columnCounts.get(column) ?? 0) + 1);
  }
  const frequent = [...columnCounts].toSorted((one, other) => other[1] - one[1]).map(([name]) => name);
  const named = frequent.slice(0, frequent.length > mostColumns ? mostColumns - 1 : mostColumns);
  if (by === 'charge') named.sort((one, other) => Number(one) - Number(other));
  const columns = frequent.length > named.length ? [...named, 'others'] : named;
  const rows = [...counts.keys()].toSorted();
  return {
    rows,
    columns,
    cells: rows.map((row) =>
      columns.map((column) => {
        const cells = counts.get(row);
        if (column !== 'others') return cells?.get(column);
        const others = [...(cells ?? [])].filter(([name]) => !named.includes(name)).map(([, cell]) => cell);
        if (others.length === 0) return undefined;
        return {
          records: others.reduce((sum, { records }) => sum + records, 0),
          completed: others.reduce((sum, { completed }) => sum + completed, 0),
        };
      }),
    ),
  };
}

const formatCharge = (charge: number): string => (charge > 0 ? `+${charge}` : String(charge));

/** A table whose cells are coloured by the share that completed, each with the way to its records. */
export function renderHeatMap(map: HeatMap, by: 'charge' | 'ligands'): Html {
  if (map.rows.length === 0) return html`<p class="note">No record with elements ended in this time.</p>`;
  return html`<div class="scroll" role="region" aria-label="Success by metal and ${by}" tabindex="0">
      <table class="heat">
        <thead>
          <tr>
            <th scope="col">${by === 'charge' ? 'Metal, charge' : 'Metal, around it'}</th>
            ${map.columns.map((name) => html`<th scope="col" class="number">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${map.rows.map(
            (metal, row) =>
              html`<tr>
                <th scope="row">${metal}</th>
                ${map.columns.map((column, index) => renderCell(map.cells[row]?.[index], hrefOf(metal, column, by)))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="note">
      Share of records whose newest attempt completed, and how many records. Red: none completed; green: all
      did.
    </p>`;
}

function renderCell(cell: HeatMap['cells'][number][number], href: string): Html {
  if (!cell) return html`<td class="number"></td>`;
  const share = cell.completed / cell.records;
  return html`<td class="number heat-${Math.floor(share * 10)}">
    <a href="${href}">${Math.round(share * 100)} %</a> <small>${cell.records}</small>
  </td>`;
}

function hrefOf(metal: string, column: string, by: 'charge' | 'ligands'): string {
  const words = metal === 'no metal' ? [] : [metal];
  if (by === 'ligands' && column !== 'others' && column !== 'bare') words.push(...column.split(' '));
  const query = new URLSearchParams(words.length === 0 ? {} : { element: words.join(' ') });
  if (by === 'charge' && column !== '?' && column !== 'others') query.set('charge', String(Number(column)));
  return `/jobs?${query.toString()}`;
}
