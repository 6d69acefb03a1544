// @ts-check
// Charts by uPlot, in the colours of the page.

/** @param {string} name */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/**
 * @typedef {object} Line
 * @property {string} label
 * @property {string} colour a custom property of the page's style, e.g. `--good`
 * @property {boolean} [isBar]
 * @property {boolean} [isDashed]
 * @property {string} [scale] default `y`
 * @property {boolean} [isStacked] drawn as the sum of itself and the next line: the legend says its own part
 *
 * @typedef {object} ChartOptions
 * @property {readonly Line[]} lines
 * @property {boolean} [isTime] the first row of data is seconds since 1970
 * @property {string} xLabel
 * @property {Record<string, { isLog?: boolean, isRight?: boolean }>} scales
 * @property {(index: number) => void} [onPick] a point was clicked
 * @property {(from: number, to: number) => void} [onSelect] a stretch of the x axis was marked by dragging
 */

/**
 * A chart that keeps the size of its place.
 * @param {HTMLElement} place
 * @param {ChartOptions} options
 * @returns {((data: import('uplot').AlignedData) => void) & { mark: (index: number) => void }} draws, with nothing to draw it says so; `mark` points at one
 */
export function createChart(place, options) {
  /** @type {import('uplot') | undefined} */
  let chart;
  /** @type {import('uplot').AlignedData} */
  let last = [[]];

  const clear = () => {
    chart?.destroy();
    chart = undefined;
    place.textContent = 'Nothing to draw yet.';
  };
  const draw = (/** @type {import('uplot').AlignedData} */ data) => {
    last = data;
    if (data[0].length === 0) clear();
    else if (chart) chart.setData(data);
    else {
      place.textContent = '';
      chart = new uPlot(settingsOf(place, options), data, place);
      chart.over.addEventListener('click', () => {
        const index = chart?.cursor.idx;
        if (index !== null && index !== undefined) options.onPick?.(index);
      });
    }
  };
  new ResizeObserver(() => chart?.setSize({ width: place.clientWidth, height: heightOf(place) })).observe(
    place,
  );
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    clear();
    draw(last);
  });
  clear();
  const mark = (/** @type {number} */ index) => {
    const value = chart?.data[0][index];
    if (chart && value !== undefined) chart.setCursor({ left: chart.valToPos(value, 'x'), top: 20 });
  };
  return Object.assign(draw, { mark });
}

/** @param {HTMLElement} place */
const heightOf = (place) => (place.clientWidth < 420 ? 170 : 200);

/** @param {number | null} value */
function formatValue(value) {
  if (value === null || value === undefined) return '';
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e6)) return value.toExponential(1);
  return Number.isInteger(value) ? String(value) : value.toFixed(size < 1 ? 3 : 2);
}

/** @param {number} seconds */
function formatClock(seconds) {
  const moment = new Date(seconds * 1000);
  const isMidnight = moment.getHours() === 0 && moment.getMinutes() === 0;
  return isMidnight
    ? moment.toLocaleDateString([], { month: 'short', day: 'numeric' })
    : moment.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false });
}

/** Powers of ten between two values, at most six. @param {number} low @param {number} high */
function listPowers(low, high) {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  const step = Math.max(1, Math.ceil((last - first + 1) / 6));
  return Array.from(
    { length: Math.floor((last - first) / step) + 1 },
    (_, index) => 10 ** (first + index * step),
  );
}

/** Whole decades. @type {import('uplot').Range.Function} */
const logarithmic = (_, low, high) => [10 ** Math.floor(Math.log10(low)), 10 ** Math.ceil(Math.log10(high))];

/** @param {HTMLElement} place @param {ChartOptions} options @returns {any} Options of uPlot, whose types know its sides by an enum only */
function settingsOf(place, { lines, isTime = false, xLabel, scales, onSelect }) {
  const soft = colour('--soft');
  const grid = { stroke: colour('--line'), width: 1 };
  const axis = { stroke: soft, grid, ticks: grid, font: `11px ${getComputedStyle(place).fontFamily}` };
  const hasBars = lines.some(({ isBar }) => isBar);
  const bars = uPlot.paths.bars?.({ size: [0.7, 30] });
  /** @type {import('uplot').Range.Function} */
  const linear = (_, low, high) =>
    hasBars ? [0, high > 0 ? high * 1.1 : 1] : uPlot.rangeNum(low, high, 0.1, true);
  const halfBar = hasBars ? 0.5 : 0;
  return {
    width: place.clientWidth,
    height: heightOf(place),
    cursor: { y: false, drag: { x: true, y: false, setScale: onSelect === undefined } },
    ...(onSelect
      ? {
          hooks: {
            setSelect: [
              (/** @type {import('uplot')} */ chart) => {
                const { left, width } = chart.select;
                if (width > 4) onSelect(chart.posToVal(left, 'x'), chart.posToVal(left + width, 'x'));
              },
            ],
          },
        }
      : {}),
    scales: {
      x: {
        time: isTime,
        range: (
          /** @type {import('uplot')} */ chart,
          /** @type {number} */ low,
          /** @type {number} */ high,
        ) => {
          const step = halfBar * ((chart.data[0][1] ?? 0) - (chart.data[0][0] ?? 0));
          return low === high ? [low - 0.5, high + 0.5] : [low - step, high + step];
        },
      },
      ...Object.fromEntries(
        Object.entries(scales).map(([name, { isLog }]) => [
          name,
          isLog ? { distr: 3, range: logarithmic } : { range: linear },
        ]),
      ),
    },
    axes: [
      {
        ...axis,
        space: 55,
        ...(isTime
          ? { values: (/** @type {unknown} */ _, /** @type {number[]} */ marks) => marks.map(formatClock) }
          : { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] }),
      },
      ...Object.entries(scales).map(([name, { isRight, isLog }]) => ({
        ...axis,
        scale: name,
        size: 78,
        values: (/** @type {unknown} */ _, /** @type {number[]} */ marks) => marks.map(formatValue),
        ...(isRight ? { side: 1, grid: { show: false } } : {}),
        ...(isLog
          ? {
              splits: (
                /** @type {unknown} */ _,
                /** @type {number} */ __,
                /** @type {number} */ low,
                /** @type {number} */ high,
              ) => listPowers(low, high),
              filter: (/** @type {unknown} */ _, /** @type {number[]} */ marks) => marks,
            }
          : {}),
      })),
    ],
    series: [
      {
        label: xLabel,
        value: (/** @type {unknown} */ _, /** @type {number | null} */ value) =>
          value === null ? '' : isTime ? formatClock(value) : String(value),
      },
      ...lines.map((line, index) => ({
        label: line.label,
        scale: line.scale ?? 'y',
        stroke: colour(line.colour),
        width: 1.5,
        value: (
          /** @type {import('uplot')} */ chart,
          /** @type {number | null} */ value,
          /** @type {number} */ __,
          /** @type {number | null} */ at,
        ) => {
          const below = line.isStacked === true && at !== null ? (chart.data[index + 2]?.[at] ?? 0) : 0;
          return formatValue(value === null || value === undefined ? value : value - below);
        },
        ...(line.isBar
          ? { fill: colour(line.colour), paths: bars, points: { show: false } }
          : { points: { size: 5 } }),
        ...(line.isDashed ? { dash: [5, 4], points: { show: false } } : {}),
      })),
    ],
  };
}
