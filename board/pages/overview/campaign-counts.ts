import { html } from 'hono/html';
import type { ClaimedJobs } from '../../../core/waiting/claimed-jobs.ts';
import type { StatusCounts } from '../../../workflow/reports/count-by-status.ts';
import type { Rate } from '../../../workflow/reports/measure-rate.ts';
import { formatAmount, formatCount, formatSeconds, kindOf } from '../format-values.ts';
import type { Html } from '../page-shell.ts';

const order = ['to_run', 'running', 'completed', 'failed', 'timeout'] as const;

/** Records by status: numbers that lead to their lists, and one bar. */
export function renderCounts(counts: StatusCounts, claimed: ClaimedJobs | null): Html {
  const shares = order.map((status) => ({ status, count: counts[status] }));
  return html`<ul class="tiles">
      ${shares.map(
        ({ status, count }) =>
          html`<li class="tile ${kindOf(status)}">
            <a href="/jobs?status=${status}">
              <strong>${formatCount(count)}</strong> <span>${status.replace('_', ' ')}</span>
              <small>${counts.total === 0 ? '' : `${((100 * count) / counts.total).toFixed(1)} %`}</small>
              ${status === 'running' ? renderClaimed(claimed) : ''}</a
            >
          </li>`,
      )}
      <li class="tile">
        <a href="/jobs"
          ><strong>${formatCount(counts.total)}</strong> <span>records</span>
          <small>${counts.other > 0 ? `${formatCount(counts.other)} with an unknown status` : ''}</small></a
        >
      </li>
    </ul>
    ${renderBar(shares, counts.total)}`;
}

/** The table's one word `running`, said apart: most of what is claimed usually waits. */
function renderClaimed(claimed: ClaimedJobs | null): Html | string {
  if (claimed === null) return '';
  const { queued, putOff, running, toSettle, elsewhere } = claimed;
  if (queued + putOff + toSettle + elsewhere === 0) return '';
  const parts = [
    `${formatCount(queued)} queued`,
    ...(putOff > 0 ? [`${formatCount(putOff)} put off`] : []),
    `${formatCount(running)} on nodes`,
    ...(toSettle > 0 ? [`${formatCount(toSettle)} to settle`] : []),
    ...(elsewhere > 0 ? [`${formatCount(elsewhere)} not on this queue`] : []),
  ];
  return html`<small>${parts.join(', ')}</small>`;
}

/** Its numbers stand above it, so it says nothing to who cannot see it. */
function renderBar(shares: readonly { status: string; count: number }[], total: number): Html {
  let x = 0;
  return html`<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="rest" width="1000" height="10"></rect>
    ${[...shares]
      .toSorted((one, other) => rankOf(one.status) - rankOf(other.status))
      .map(({ status, count }) => {
        const width = total === 0 ? 0 : (1000 * count) / total;
        const part = html`<rect class="${kindOf(status)}" x="${x}" width="${width}" height="10"></rect>`;
        x += width;
        return part;
      })}
  </svg>`;
}

/** What is done stands left, what waits right. */
function rankOf(status: string): number {
  return ['completed', 'failed', 'timeout', 'running', 'to_run'].indexOf(status);
}

/** How fast it goes, until when it will take, and what that is taken from. */
export function renderRate({ perHour, remaining, etaSeconds, finished, seconds, capped }: Rate): Html {
  const basis =
    seconds === null
      ? 'nothing has finished within a week'
      : `${formatCount(finished)} records finished in the last ${formatSeconds(seconds)}`;
  const eta =
    remaining === 0 ? 'done' : etaSeconds === null ? 'not known' : `about ${formatSeconds(etaSeconds)}`;
  return html`<dl class="facts">
      <div>
        <dt>Finished per hour</dt>
        <dd>${perHour === null ? '–' : formatAmount(perHour)}</dd>
      </div>
      <div>
        <dt>Left to do</dt>
        <dd>${formatCount(remaining)}</dd>
      </div>
      <div>
        <dt>Time left</dt>
        <dd>${eta}</dd>
      </div>
    </dl>
    <p class="note">
      From this:
      ${basis}.${
        capped > 0 ? ` ${formatCount(capped)} waiting records have failed too often to be run again.` : ''
      }
    </p>`;
}
