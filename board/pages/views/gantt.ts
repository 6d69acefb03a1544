import { html } from 'hono/html';
import type { RunRow } from '../../../workflow/reports/list-runs.ts';
import { formatSeconds } from '../format-values.ts';
import type { Html } from '../page-shell.ts';
import { formatMoment, listMoments, margin, renderLegend, scaleOf } from './axes.ts';

/** It takes a whole page. */
const width = 1200;
const rowHeight = 14;
/** Above it, the slots of a node share one row, one below the other. */
const mostRows = 100;
const mostNodes = 150;

export interface GanttBar {
  row: number;
  x: number;
  width: number;
  /** From the upper edge of its row. */
  y: number;
  height: number;
  kind: 'good' | 'bad' | 'late';
  run: RunRow;
}

/** Rows and bars of the picture. What would be narrower than a line and stands on one of its own kind already is left out. */
export function layOutGantt(
  runs: readonly RunRow[],
  range: { from: Date; to: Date },
): { rows: { label: string; node: string }[]; bars: GanttBar[]; hidden: { nodes: number; bars: number } } {
  const placed = runs.filter(
    ({ node, startedAt, endedAt }) =>
      node !== null &&
      startedAt !== null &&
      Date.parse(endedAt) >= range.from.getTime() &&
      Date.parse(startedAt) <= range.to.getTime(),
  );
  const nodes = [...new Set(placed.flatMap(({ node }) => node ?? []))].toSorted((one, other) =>
    one.localeCompare(other, 'en', { numeric: true }),
  );
  const shown = nodes.slice(0, mostNodes);
  const slots = new Map<string, number[]>();
  for (const { node, slot } of placed) {
    const known = slots.get(node ?? '') ?? [];
    if (!known.includes(slot ?? 0))
      slots.set(
        node ?? '',
        [...known, slot ?? 0].toSorted((a, b) => a - b),
      );
  }
  const slotsOf = (node: string): number[] => slots.get(node) ?? [];
  const bySlot = shown.flatMap((node) =>
    slotsOf(node).map((slot) => ({ label: `${node} ${slot}`, node, slot })),
  );
  const rows = bySlot.length <= mostRows ? bySlot : shown.map((node) => ({ label: node, node, slot: null }));
  const rowOf = new Map(
    rows.map(({ node, slot }, index) => [slot === null ? node : `${node} ${slot}`, index]),
  );
  const isBySlot = rows[0]?.slot !== null;
  const x = scaleOf(range.from.getTime(), range.to.getTime(), margin.left, width - margin.right);
  const mostSlots = Math.max(1, ...shown.map((node) => slotsOf(node).length));
  const thickness = isBySlot ? rowHeight - 2 : Math.max(1, (rowHeight - 2) / mostSlots);
  const taken = new Set<string>();
  const bars: GanttBar[] = [];
  let hidden = 0;
  for (const run of placed) {
    const row = rowOf.get(isBySlot ? `${run.node} ${run.slot ?? 0}` : (run.node ?? ''));
    if (row === undefined) continue;
    const from = Math.max(margin.left, x(Date.parse(run.startedAt ?? run.endedAt)));
    const to = Math.min(width - margin.right, x(Date.parse(run.endedAt)));
    const kind = ({ completed: 'good', failed: 'bad', timed_out: 'late' } as const)[run.outcome];
    const y = isBySlot ? 1 : 1 + slotsOf(run.node ?? '').indexOf(run.slot ?? 0) * thickness;
    const key = `${row} ${y} ${kind} ${Math.round(from)}`;
    if (to - from < 1 && taken.has(key)) {
      hidden += 1;
      continue;
    }
    taken.add(key);
    bars.push({
      row,
      y,
      height: Math.max(1, thickness - (thickness > 2 ? 0.5 : 0)),
      x: from,
      width: Math.max(0.8, Math.round((to - from) * 10) / 10),
      kind,
      run,
    });
  }
  return {
    rows: rows.map(({ label, node }) => ({ label, node })),
    bars,
    hidden: { nodes: nodes.length - shown.length, bars: hidden },
  };
}

/** Who ran what when: a row for each slot, a bar for each run, coloured by how it ended; a bar leads to its job. */
export function renderGantt(runs: readonly RunRow[], range: { from: Date; to: Date }): Html {
  const { rows, bars, hidden } = layOutGantt(runs, range);
  if (bars.length === 0) return html`<p class="note">No run with a node ended in this time.</p>`;
  const [fromMs, toMs] = [range.from.getTime(), range.to.getTime()];
  const height = rows.length * rowHeight + margin.top + margin.bottom;
  const x = scaleOf(fromMs, toMs, margin.left, width - margin.right);
  const left = [
    hidden.nodes > 0 ? `${hidden.nodes} more nodes are not shown.` : '',
    hidden.bars > 0 ? `${hidden.bars} runs are too short to be seen: mark a shorter time.` : '',
  ].join(' ');
  return html`${renderLegend([
      { kind: 'good', label: 'completed' },
      { kind: 'bad', label: 'failed' },
      { kind: 'late', label: 'time limit' },
    ])}
    <div class="scroll picture" role="region" aria-label="Slots over time" tabindex="0">
      <svg
        class="gantt"
        viewBox="0 0 ${width} ${height}"
        role="group"
        aria-label="Runs by node and slot over time"
        data-brush-from="${fromMs}"
        data-brush-to="${toMs}"
      >
        <g class="axes">
          ${rows.map(({ label }, row) =>
            rows.length > 40 && row % 2 === 1
              ? ''
              : html`<text x="${margin.left - 6}" y="${margin.top + row * rowHeight + 10}" text-anchor="end"
                  >${label}</text
                >`,
          )}
          ${listMoments(fromMs, toMs, 10).map(
            (moment) =>
              html`<line
                  x1="${x(moment)}"
                  x2="${x(moment)}"
                  y1="${margin.top}"
                  y2="${height - margin.bottom}"
                ></line
                ><text x="${x(moment)}" y="${height - 8}" text-anchor="middle"
                  >${formatMoment(moment, toMs - fromMs)}</text
                >`,
          )}
        </g>
        ${bars.map(
          ({ row, x: from, y, width: wide, height: high, kind, run }) =>
            html`<a href="/jobs/${run.recordId}?attempt=${run.attempt}" tabindex="-1"
              ><rect
                class="${kind}"
                x="${from}"
                y="${margin.top + row * rowHeight + y}"
                width="${wide}"
                height="${high}"
              >
                <title>${describeRun(run)}</title>
              </rect></a
            >`,
        )}
      </svg>
    </div>
    ${left === ' ' ? '' : html`<p class="note">${left}</p>`}`;
}

/** `#17 UCl4 · attempt 2 · failed: oom_killed · 3m15s on n4, slot 2` */
export function describeRun(run: RunRow): string {
  const end = {
    completed: 'completed',
    failed: `failed${run.class === null ? '' : `: ${run.class}`}`,
    timed_out: 'time limit',
  };
  const name = run.name === null ? '' : ` ${run.name}`;
  const slot = run.slot === null ? '' : `, slot ${run.slot}`;
  return `#${run.recordId}${name} · attempt ${run.attempt} · ${end[run.outcome]} · ${formatSeconds(run.elapsedSeconds)} on ${run.node ?? '?'}${slot}`;
}
