import { html } from 'hono/html';
import type { Html } from '../page-shell.ts';

/** Units of a picture that takes half of a page, so that its words are as large as those around it; the browser scales them. */
export const width = 600;
export const margin = { left: 70, right: 14, top: 8, bottom: 26 };

/** From values to places. */
export function scaleOf(low: number, high: number, from: number, to: number): (value: number) => number {
  const span = high - low || 1;
  return (value) => Math.round((from + ((value - low) / span) * (to - from)) * 10) / 10;
}

/** Round numbers between two values. */
export function listTicks(low: number, high: number, most = 5): number[] {
  const span = high - low;
  if (!(span > 0)) return [low];
  const rough = span / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => span / one <= most) ?? 10 * power;
  const first = Math.ceil(low / step - 1e-9);
  return Array.from(
    { length: Math.floor(high / step + 1e-9) - first + 1 },
    (_, index) => (first + index) * step,
  );
}

/** 1, 3, 10, 30 … between two values above zero. */
export function listPowers(low: number, high: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1)
    for (const factor of [1, 3]) {
      const tick = factor * 10 ** power;
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(Number(tick.toPrecision(1)));
    }
  return ticks;
}

const steps = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 604_800, 2_592_000];

/** Whole minutes, hours or days, UTC. */
export function listMoments(fromMs: number, toMs: number, most = 6): number[] {
  const span = (toMs - fromMs) / 1000;
  const step = 1000 * (steps.find((one) => span / one <= most) ?? 2_592_000);
  const first = Math.ceil(fromMs / step);
  return Array.from(
    { length: Math.max(0, Math.floor(toMs / step) - first + 1) },
    (_, index) => (first + index) * step,
  );
}

/** `11-22 10:00`, UTC; seconds only where they matter. */
export function formatMoment(ms: number, spanMs: number): string {
  const text = new Date(ms).toISOString();
  if (spanMs < 600_000) return text.slice(11, 19);
  if (spanMs < 86_400_000) return text.slice(11, 16);
  return spanMs < 6 * 86_400_000 ? text.slice(5, 16).replace('T', ' ') : text.slice(5, 10);
}

export interface Axis {
  ticks: readonly { at: number; label: string }[];
}

/** Lines and words of both axes. */
export function renderAxes(height: number, x: Axis, y: Axis, labels: { x: string; y: string }): Html {
  const bottom = height - margin.bottom;
  return html`<g class="axes">
    ${y.ticks.map(
      ({ at, label }) =>
        html`<line x1="${margin.left}" x2="${width - margin.right}" y1="${at}" y2="${at}"></line
          ><text x="${margin.left - 6}" y="${at + 4}" text-anchor="end">${label}</text>`,
    )}
    ${x.ticks.map(
      ({ at, label }) =>
        html`<line x1="${at}" x2="${at}" y1="${bottom}" y2="${bottom + 4}"></line
          ><text x="${at}" y="${bottom + 17}" text-anchor="middle">${label}</text>`,
    )}
    <text class="axis-name" x="${width - margin.right}" y="${bottom - 5}" text-anchor="end">${labels.x}</text>
    <text class="axis-name" x="${margin.left + 5}" y="${margin.top + 9}">${labels.y}</text>
  </g>`;
}

/** What each colour means. */
export function renderLegend(entries: readonly { kind: string; label: string }[]): Html {
  return html`<p class="legend">
    ${entries.map(
      ({ kind, label }) =>
        html`<span
          ><svg width="11" height="11" aria-hidden="true">
            <rect class="${kind}" width="11" height="11" rx="2"></rect>
          </svg>
          ${label}</span
        >`,
    )}
  </p>`;
}
