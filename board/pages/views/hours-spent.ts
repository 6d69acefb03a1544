import { html } from 'hono/html';
import type { RunRow } from '../../../workflow/reports/list-runs.ts';
import { formatAmount } from '../format-values.ts';
import type { Html } from '../page-shell.ts';
import {
  formatMoment,
  listMoments,
  listTicks,
  margin,
  renderAxes,
  renderLegend,
  scaleOf,
  width,
} from './axes.ts';

const height = 240;
const pieces = 120;
/** Classes that have a colour of their own; the rest are others. */
const namedClasses = 5;

export interface Spent {
  name: string;
  /** Core-hours until the end of each piece of time. */
  sums: number[];
}

/** Core-hours spent until a moment: those of completed runs, then those that were wasted, by class, the dearest first. */
export function sumSpent(runs: readonly RunRow[], range: { from: Date; to: Date }): Spent[] {
  const span = Math.max(1, range.to.getTime() - range.from.getTime());
  const rows = new Map<string, number[]>();
  for (const run of runs) {
    const hours = ((run.cores ?? 0) * (run.elapsedSeconds ?? 0)) / 3600;
    const name =
      run.outcome === 'completed'
        ? 'completed'
        : run.outcome === 'timed_out'
          ? 'time limit'
          : (run.class ?? 'failed');
    const row = rows.get(name) ?? Array.from({ length: pieces }, () => 0);
    rows.set(name, row);
    const share = (Date.parse(run.endedAt) - range.from.getTime()) / span;
    const piece = Math.min(pieces - 1, Math.max(0, Math.floor(share * pieces)));
    row[piece] = (row[piece] ?? 0) + hours;
  }
  const all = [...rows].map(([name, row]) => {
    let sum = 0;
    return { name, sums: row.map((hours) => (sum += hours)) };
  });
  const last = ({ sums }: Spent): number => sums.at(-1) ?? 0;
  const wasted = all
    .filter(({ name }) => name !== 'completed')
    .toSorted((one, other) => last(other) - last(one));
  const others = wasted.slice(namedClasses);
  return [
    ...all.filter(({ name }) => name === 'completed'),
    ...wasted.slice(0, namedClasses),
    ...(others.length === 0
      ? []
      : [
          {
            name: 'other classes',
            sums: Array.from({ length: pieces }, (_, piece) =>
              others.reduce((sum, { sums }) => sum + (sums[piece] ?? 0), 0),
            ),
          },
        ]),
  ];
}

const kindOf = (index: number, name: string): string => (name === 'completed' ? 'good' : `waste-${index}`);

/** Areas on each other: what was used, and what was wasted above it. */
export function renderHoursSpent(runs: readonly RunRow[], range: { from: Date; to: Date }): Html {
  const spent = sumSpent(runs, range);
  const total = spent.reduce((sum, { sums }) => sum + (sums.at(-1) ?? 0), 0);
  if (total === 0) return html`<p class="note">No run whose cores are known ended in this time.</p>`;
  const [fromMs, toMs] = [range.from.getTime(), range.to.getTime()];
  const x = scaleOf(fromMs, toMs, margin.left, width - margin.right);
  const y = scaleOf(0, total, height - margin.bottom, margin.top + 14);
  const at = (piece: number): number => x(fromMs + ((piece + 1) / pieces) * (toMs - fromMs));
  let below = Array.from({ length: pieces }, () => 0);
  const areas = spent.map(({ name, sums }, index) => {
    const top = sums.map((sum, piece) => sum + (below[piece] ?? 0));
    const points = [
      `${margin.left},${y(0)}`,
      ...top.map((sum, piece) => `${at(piece)},${y(sum)}`),
      ...below.map((sum, piece) => `${at(piece)},${y(sum)}`).toReversed(),
    ];
    below = top;
    return html`<polygon class="${kindOf(index, name)}" points="${points.join(' ')}"
      ><title>${name}</title></polygon
    >`;
  });
  return html`${renderLegend(
      spent.map(({ name, sums }, index) => ({
        kind: kindOf(index, name),
        label: `${name}: ${formatAmount(sums.at(-1) ?? 0)} core-h`,
      })),
    )}
    <svg
      class="areas"
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-label="Core-hours spent over time"
      data-brush-from="${fromMs}"
      data-brush-to="${toMs}"
    >
      ${areas}
      ${renderAxes(
        height,
        {
          ticks: listMoments(fromMs, toMs).map((moment) => ({
            at: x(moment),
            label: formatMoment(moment, toMs - fromMs),
          })),
        },
        { ticks: listTicks(0, total, 5).map((tick) => ({ at: y(tick), label: formatAmount(tick) })) },
        { x: 'UTC', y: 'core-hours' },
      )}
    </svg>`;
}
