import { html } from 'hono/html';
import type { AllocationRow } from '../../../workflow/allocations/allocations.ts';
import { formatSeconds, renderBadge, renderMoment } from '../format-values.ts';
import type { Html } from '../page-shell.ts';

/** What oact submitted, as the schedulers said last. */
export function renderAllocationsTable(rows: readonly AllocationRow[]): Html {
  if (rows.length === 0)
    return html`<p class="note">
      oact has submitted no allocation for this campaign. <code>allocations:</code> in oact.yaml lets it.
    </p>`;
  return html`<div class="scroll" role="region" aria-label="Allocations" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">Allocation</th>
          <th scope="col">Entry</th>
          <th scope="col">State</th>
          <th scope="col" class="number">Nodes</th>
          <th scope="col" class="number">Walltime</th>
          <th scope="col">Submitted</th>
          <th scope="col">Started</th>
          <th scope="col">Ends or ended</th>
          <th scope="col">Remarks</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              <td>${row.scheduler} ${row.allocationId ?? '(being submitted)'}</td>
              <td>${row.entry ?? 'by hand'}</td>
              <td>${renderBadge(row.state)}</td>
              <td class="number">${row.nodes}</td>
              <td class="number">${formatSeconds(row.walltimeSeconds)}</td>
              <td>${renderMoment(row.submittedAt)}</td>
              <td>
                ${row.startedAt === null && row.startEstimate !== null ? html`expected ${renderMoment(row.startEstimate)}` : renderMoment(row.startedAt)}
              </td>
              <td>${renderMoment(row.endedAt ?? row.endsAt)}</td>
              <td class="words">${[row.verdict, row.words].filter((words) => words !== null).join('; ')}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
