import { html } from 'hono/html';
import type { FailureGroup } from '../../../workflow/reports/list-failures.ts';
import type { CoreHoursReport } from '../../../workflow/reports/sum-core-hours.ts';
import { formatAmount, formatCount } from '../format-values.ts';
import type { Html } from '../page-shell.ts';

/** Where the core-hours went. */
export function renderHours(report: CoreHoursReport): Html {
  const { completed, failed, timedOut, wasted, wastedShare, savedByRestart } = report;
  const unknown = completed.unknown + failed.unknown + timedOut.unknown;
  return html`<dl class="facts">
      <div>
        <dt>Used</dt>
        <dd>${formatAmount(completed.coreHours)} <small>core-h</small></dd>
      </div>
      <div>
        <dt>Wasted</dt>
        <dd>
          ${formatAmount(wasted)}
          <small>core-h${wastedShare === null ? '' : `, ${(100 * wastedShare).toFixed(1)} %`}</small>
        </dd>
      </div>
      <div>
        <dt>Saved by restarts</dt>
        <dd>${formatAmount(savedByRestart)} <small>core-h</small></dd>
      </div>
    </dl>
    <p class="note">
      Wasted: ${formatAmount(failed.coreHours)} in failures, ${formatAmount(timedOut.coreHours)} at time
      limits. Interrupted runs ${formatCount(report.interruptions)}, lost ${formatCount(report.losses)},
      faults
      ${formatCount(report.faults)}.${
        unknown > 0 ? ` Of ${formatCount(unknown)} attempts nothing is known.` : ''
      }
    </p>`;
}

/** Failures by class, the most frequent first, each with what one of them said. */
export function renderFailures(groups: readonly FailureGroup[]): Html {
  if (groups.length === 0) return html`<p class="note">No record has failed.</p>`;
  const most = Math.max(...groups.map(({ records }) => records));
  return html`<table class="plain bars">
    <thead>
      <tr>
        <th scope="col">Class</th>
        <th scope="col" class="number">Records</th>
        <th scope="col" aria-hidden="true"></th>
      </tr>
    </thead>
    <tbody>
      ${groups.map(({ class: name, records, examples }) => {
        const width = (1000 * records) / most;
        const reason = examples[0]?.reason ?? '';
        return html`<tr>
          <th scope="row">
            ${
              name === null ? 'judged by another tool' : html`<a href="/jobs?class=${name}">${name}</a>`
            }<small title="${reason}">${reason}</small>
          </th>
          <td class="number">${formatCount(records)}</td>
          <td>
            <svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
              <rect class="bad" width="${width}" height="10"></rect>
            </svg>
          </td>
        </tr>`;
      })}
    </tbody>
  </table>`;
}
