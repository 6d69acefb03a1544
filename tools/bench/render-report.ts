import { renderTable } from '../../cli/terminal/print.ts';
import { decideVerdict, type Figure, type Measurement, ratioOf, type Target } from './figure.ts';

/** Three digits that count; whole numbers keep theirs. */
function renderNumber(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function renderTarget(target: Target | undefined): string | null {
  if (target === undefined) return null;
  return 'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
}

function toRow(figure: Figure): (string | null)[] {
  const { what, unit, value, floor, target } = figure;
  const ratio = ratioOf(figure);
  return [
    what,
    `${renderNumber(value)} ${unit}`,
    floor === undefined ? null : `${renderNumber(floor.value)} ${unit}`,
    floor?.what ?? null,
    ratio === null ? null : ratio.toFixed(2),
    renderTarget(target),
    decideVerdict(figure),
  ];
}

/** The table of all figures, each beside its floor, and the notes under it. */
export function renderReport(measurements: ReadonlyMap<string, Measurement>): string {
  const figures = [...measurements.values()].flatMap((measurement) => measurement.figures);
  const head = ['figure', 'oact', 'floor', 'which is', 'ratio', 'target', ''];
  const notes = [...measurements].flatMap(([name, measurement]) =>
    measurement.notes.map((note) => `${name}: ${note}`),
  );
  return [renderTable(head, figures.map(toRow), [1, 2, 4, 5]), '', ...notes].join('\n');
}

/** The same as data, for `--json`. */
export function toJson(measurements: ReadonlyMap<string, Measurement>): unknown {
  return [...measurements].map(([name, { figures, notes }]) => ({
    name,
    figures: figures.map((figure) => ({ ...figure, ratio: ratioOf(figure), verdict: decideVerdict(figure) })),
    notes,
  }));
}
