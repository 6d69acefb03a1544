import { html } from 'hono/html';
import type { RunRow } from '../../../workflow/reports/list-runs.ts';
import { quantile } from '../../reading/views/statistics.ts';
import { formatSeconds } from '../format-values.ts';
import type { Html } from '../page-shell.ts';
import { listPowers, margin, renderAxes, renderLegend, scaleOf, width } from './axes.ts';
import { describeRun } from './gantt.ts';

const height = 260;
/** More dots are a cloud that costs time: of more runs, each n-th is drawn. */
const mostDots = 1500;
const perBand = 8;

export interface Band {
  atoms: number;
  low: number;
  middle: number;
  high: number;
}

type Timed = RunRow & { atomCount: number; elapsedSeconds: number };

const isTimed = (run: RunRow): run is Timed =>
  run.outcome === 'completed' &&
  run.atomCount !== null &&
  run.atomCount > 0 &&
  run.elapsedSeconds !== null &&
  run.elapsedSeconds > 0;

/** The middle 80 % of the completed runs of like size: groups of neighbours in the order of size. */
export function measureBand(runs: readonly RunRow[]): Band[] {
  const timed = runs.filter(isTimed).toSorted((one, other) => one.atomCount - other.atomCount);
  const groups = Math.min(12, Math.floor(timed.length / perBand));
  return Array.from({ length: groups }, (_, index) => {
    const group = timed.slice((index * timed.length) / groups, ((index + 1) * timed.length) / groups);
    const times = group.map(({ elapsedSeconds }) => elapsedSeconds).toSorted((a, b) => a - b);
    return {
      atoms: quantile(
        group.map(({ atomCount }) => atomCount),
        0.5,
      ),
      low: quantile(times, 0.1),
      middle: quantile(times, 0.5),
      high: quantile(times, 0.9),
    };
  }).filter(({ atoms }, index, all) => all[index - 1]?.atoms !== atoms);
}

const line = (points: readonly [number, number][]): string => points.map(([a, b]) => `${a},${b}`).join(' ');

/** Elapsed time against size, both logarithmic, with the band in which most runs lie. */
export function renderTimeByAtoms(runs: readonly RunRow[]): Html {
  const timed = runs.filter(isTimed);
  if (timed.length < 2)
    return html`<p class="note">Fewer than two runs with a size have completed in this time.</p>`;
  const atoms = timed.map(({ atomCount }) => atomCount);
  const times = timed.map(({ elapsedSeconds }) => elapsedSeconds);
  const [fewest, most] = [Math.min(...atoms), Math.max(...atoms)];
  const [shortest, longest] = [Math.min(...times), Math.max(...times)];
  const placeX = scaleOf(
    Math.log10(fewest) - 0.03,
    Math.log10(most) + 0.03,
    margin.left,
    width - margin.right,
  );
  const placeY = scaleOf(
    Math.log10(shortest) - 0.05,
    Math.log10(longest) + 0.1,
    height - margin.bottom,
    margin.top,
  );
  const x = (value: number): number => placeX(Math.log10(value));
  const y = (value: number): number => placeY(Math.log10(value));
  const band = measureBand(runs);
  const every = Math.ceil(timed.length / mostDots);
  const area = line([
    ...band.map(({ atoms: at, high }): [number, number] => [x(at), y(high)]),
    ...band.toReversed().map(({ atoms: at, low }): [number, number] => [x(at), y(low)]),
  ]);
  const ticks = fewest === most ? [fewest] : listPowers(fewest, most);
  return html`${renderLegend([
      { kind: 'busy', label: 'a completed run' },
      { kind: 'band', label: '80 % of the runs of like size, their median as a line' },
    ])}
    <svg
      class="scatter"
      viewBox="0 0 ${width} ${height}"
      role="group"
      aria-label="Elapsed time of ${timed.length} runs against their number of atoms"
    >
      ${renderAxes(
        height,
        {
          ticks: (ticks.length < 2 ? [fewest, most] : ticks).map((tick) => ({
            at: x(tick),
            label: String(tick),
          })),
        },
        { ticks: listPowers(shortest, longest).map((tick) => ({ at: y(tick), label: formatSeconds(tick) })) },
        { x: 'atoms', y: 'elapsed' },
      )}
      <polygon class="band" points="${area}"></polygon>
      <polyline
        class="middle"
        points="${line(band.map(({ atoms: at, middle }): [number, number] => [x(at), y(middle)]))}"
      ></polyline>
      ${timed
        .filter((_, index) => index % every === 0)
        .map(
          (run) =>
            html`<a href="/jobs/${run.recordId}" tabindex="-1"
              ><circle class="busy" cx="${x(run.atomCount)}" cy="${y(run.elapsedSeconds)}" r="3"
                ><title>${describeRun(run)} · ${run.atomCount} atoms</title></circle
              ></a
            >`,
        )}
    </svg>
    ${every > 1 ? html`<p class="note">Each ${every}. run is drawn; the band is of all ${timed.length}.</p>` : ''}`;
}
