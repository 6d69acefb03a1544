import { html } from 'hono/html';
import type { RunRow } from '../../../workflow/reports/list-runs.ts';
import type { NodeHealth } from '../../../workflow/reports/list-node-health.ts';
import { median } from '../../reading/views/statistics.ts';
import { formatAmount, formatCount, renderMoment } from '../format-values.ts';
import type { Html } from '../page-shell.ts';
import { measureBand } from './time-by-atoms.ts';

const shownNodes = 200;
/** Fewer runs tell no speed. */
const enoughRuns = 4;

/** How long the completed runs of each node took, relative to runs of like size anywhere: 1.2 is 20 % slower. */
export function measureSpeed(runs: readonly RunRow[]): ReadonlyMap<string, number> {
  const band = measureBand(runs);
  const ratios = new Map<string, number[]>();
  for (const { node, outcome, atomCount, elapsedSeconds } of runs) {
    if (node === null || outcome !== 'completed' || atomCount === null || elapsedSeconds === null) continue;
    const usual = band.reduce<{ gap: number; middle: number } | undefined>((best, { atoms, middle }) => {
      const gap = Math.abs(Math.log(atoms / atomCount));
      return best && best.gap <= gap ? best : { gap, middle };
    }, undefined);
    if (!usual || usual.middle <= 0) continue;
    ratios.set(node, [...(ratios.get(node) ?? []), elapsedSeconds / usual.middle]);
  }
  return new Map(
    [...ratios].filter(([, list]) => list.length >= enoughRuns).map(([node, list]) => [node, median(list)]),
  );
}

/** What each node did: failures, faults and losses, and its speed; those with the most failures first. */
export function renderNodeHealth(nodes: readonly NodeHealth[], speed: ReadonlyMap<string, number>): Html {
  if (nodes.length === 0) return html`<p class="note">No run with a node ended in this time.</p>`;
  const head = ['Completed', 'Failed', 'Time limit', 'Faults', 'Lost', 'Core-h'];
  return html`<div class="scroll" role="region" aria-label="Nodes" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Node</th>
            ${head.map((name) => html`<th scope="col" class="number">${name}</th>`)}
            <th scope="col" class="number">Time against others</th>
            <th scope="col">Most frequent failure</th>
            <th scope="col">Last ended</th>
          </tr>
        </thead>
        <tbody>
          ${nodes.slice(0, shownNodes).map(
            (one) =>
              html`<tr>
                <th scope="row"><a href="/jobs?node=${encodeURIComponent(one.node)}">${one.node}</a></th>
                ${[one.completed, one.failed, one.timedOut, one.faults, one.lost].map(
                  (count) => html`<td class="number">${formatCount(count)}</td>`,
                )}
                <td class="number">${formatAmount(one.coreHours)}</td>
                ${renderSpeed(speed.get(one.node))}
                <td>${one.topClass === null ? '' : `${one.topClass} (${one.topClassCount})`}</td>
                <td>${renderMoment(one.lastEndedAt)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="note">
      ${nodes.length > shownNodes ? `${nodes.length - shownNodes} more nodes are not shown. ` : ''}Counts are
      of the whole campaign. Time against others: the median of elapsed time relative to completed runs of
      like size on all nodes; 1.20 is 20 % slower.
    </p>`;
}

function renderSpeed(ratio: number | undefined): Html {
  if (ratio === undefined) return html`<td class="number">–</td>`;
  const isSlow = ratio > 1.3;
  return html`<td class="number">
    ${isSlow ? html`<span class="badge late">${ratio.toFixed(2)} ×</span>` : `${ratio.toFixed(2)} ×`}
  </td>`;
}
