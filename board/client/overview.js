// @ts-check
import { createChart } from './draw-chart.js';
import { keepLive, onLive } from './live.js';

/** @param {string} name @param {string} done @param {string} failed */
function createBars(name, done, failed) {
  const place = document.querySelector(`[data-chart="${name}"]`);
  if (!(place instanceof HTMLElement)) throw new Error(`no place for the chart ${name}`);
  return createChart(place, {
    isTime: true,
    xLabel: 'from',
    // Drawn one behind the other: the sum first.
    lines: [
      { label: failed, colour: '--bad', isBar: true },
      { label: done, colour: '--good', isBar: true },
    ],
    scales: { y: {} },
  });
}

const drawFinished = createBars('finished', 'completed', 'all that ended');
const drawHours = createBars('hours', 'used', 'used and wasted');

/** @param {number[]} one @param {number[]} other */
const sum = (one, other) => one.map((value, index) => value + (other[index] ?? 0));
/** A bar of nothing would be drawn as a line. @param {number[]} row */
const bars = (row) => row.map((value) => (value === 0 ? null : value));

onLive('charts', ({ from, completed, failed, used, wasted }) => {
  if (from.length === 0) return;
  drawFinished([from, bars(sum(completed, failed)), bars(completed)]);
  drawHours([from, bars(sum(used, wasted)), bars(used)]);
});

keepLive();
