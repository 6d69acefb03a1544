import { html } from 'hono/html';
import { binValues, findOutliers, median, type Named, type Outlier } from '../../reading/views/statistics.ts';
import type { Html } from '../page-shell.ts';
import { listTicks, margin, renderAxes, scaleOf, width } from './axes.ts';

const height = 190;

/** How values are spread, with those far out by name. @param unit behind the numbers */
export function renderHistogram(
  values: readonly Named[],
  options: { unit: string; digits: number; none: string },
): Html {
  if (values.length === 0) return html`<p class="note">${options.none}</p>`;
  const { unit, digits } = options;
  const bins = binValues(values.map(({ value }) => value));
  const most = Math.max(...bins.map(({ count }) => count));
  const [first, last] = [bins[0], bins.at(-1)];
  if (!first || !last) return html``;
  const x = scaleOf(first.from, last.to, margin.left, width - margin.right);
  const y = scaleOf(0, most, height - margin.bottom, margin.top + 14);
  const middle = median(values.map(({ value }) => value));
  const format = (value: number): string => value.toFixed(digits);
  return html`<svg
      class="histogram"
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-label="${values.length} values, median ${format(middle)} ${unit}"
    >
      ${renderAxes(
        height,
        { ticks: listTicks(first.from, last.to, 6).map((tick) => ({ at: x(tick), label: trim(tick) })) },
        { ticks: listTicks(0, most, 4).map((tick) => ({ at: y(tick), label: trim(tick) })) },
        { x: unit, y: 'records' },
      )}
      ${bins
        .filter(({ count }) => count > 0)
        .map(
          ({ from, to, count }) =>
            html`<rect
              class="busy"
              x="${x(from) + 0.5}"
              y="${y(count)}"
              width="${Math.max(1, x(to) - x(from) - 1)}"
              height="${height - margin.bottom - y(count)}"
            >
              <title>${count} from ${format(from)} to ${format(to)} ${unit}</title>
            </rect>`,
        )}
    </svg>
    <p class="note">
      ${values.length} values, median ${format(middle)} ${unit}; the outer bars hold what lies beyond.
      ${renderOutliers(findOutliers(values), format)}
    </p>`;
}

function renderOutliers(outliers: readonly Outlier[], format: (value: number) => string): Html {
  if (outliers.length === 0) return html`Nothing lies far out.`;
  return html`Far out:
  ${outliers.map(
    ({ recordId, name, value }, index) =>
      html`${index === 0 ? '' : ', '}<a href="/jobs/${recordId}"
          >#${recordId}${name === null ? '' : ` ${name}`}</a
        >
        (${format(value)})`,
  )}.`;
}

/** No digits that say nothing. */
const trim = (value: number): string => String(Number(value.toPrecision(6)));
