// @ts-check
import { createChart } from './draw-chart.js';
import { keepLive, onLive } from './live.js';
import { sayRange } from './say-range.js';

/**
 * Bars that stand on each other: each is drawn as the sum of itself and those below, the sum first.
 * @param {string} name @param {import('./draw-chart.js').Line[]} lines the topmost first
 */
function createBars(name, lines) {
  const place = document.querySelector(`[data-chart="${name}"]`);
  if (!(place instanceof HTMLElement)) throw new Error(`no place for the chart ${name}`);
  return createChart(place, {
    isTime: true,
    xLabel: 'from',
    lines: lines.map((line, index) => ({ ...line, isBar: true, isStacked: index < lines.length - 1 })),
    scales: { y: {} },
    onSelect: (from, to) => sayRange(place, from, to),
  });
}

const drawFinished = createBars('finished', [
  { label: 'failed', colour: '--bad' },
  { label: 'time limit', colour: '--late' },
  { label: 'completed', colour: '--good' },
]);
const drawHours = createBars('hours', [
  { label: 'wasted', colour: '--bad' },
  { label: 'used', colour: '--good' },
]);

/** Rows from the topmost to the lowest → sums. A bar of nothing would be drawn as a line. @param {number[][]} rows */
function stack(rows) {
  const sums = rows.map((_, index) =>
    (rows[0] ?? []).map((__, column) => rows.slice(index).reduce((sum, row) => sum + (row[column] ?? 0), 0)),
  );
  return sums.map((row) => row.map((value) => (value === 0 ? null : value)));
}

onLive('charts', ({ from, completed, failed, timedOut, used, wasted }) => {
  if (from.length === 0) return;
  drawFinished([from, ...stack([failed, timedOut, completed])]);
  drawHours([from, ...stack([wasted, used])]);
});

keepLive();
