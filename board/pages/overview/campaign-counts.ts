import { html } from 'hono/html';
import type { ClaimedJobs } from '../../../core/waiting/claimed-jobs.ts';
import type { StatusCounts } from '../../../workflow/reports/count-by-status.ts';
import type { Forecast } from '../../../workflow/steering/forecast-note.ts';
import type { Rate } from '../../../workflow/reports/measure-rate.ts';
import { formatAmount, formatCount, formatSeconds, renderLeft, renderMoment } from '../format-values.ts';
import type { Html } from '../page-shell.ts';

interface Share {
  name: string;
  count: number;
  /** The colour of the tile and of its part of the bar. */
  kind: 'good' | 'bad' | 'busy' | 'late' | 'idle' | 'queued' | 'rest';
  href: string;
  /** What the name means, where one word cannot say it. */
  note?: string;
}

/** Records by what happens to them: numbers that lead to their lists, and one bar in the same colours. */
export function renderCounts(counts: StatusCounts, claimed: ClaimedJobs | null): Html {
  const shares = listShares(counts, claimed);
  return html`<ul class="tiles">
      ${shares.map((share) => renderTile(share, counts.total))}
      <li class="tile">
        <a href="/jobs"
          ><strong>${formatCount(counts.total)}</strong> <span>records</span>
          <small>${counts.other > 0 ? `${formatCount(counts.other)} with an unknown status` : ''}</small></a
        >
      </li>
    </ul>
    ${renderBar(shares, counts.total)}`;
}

/**
 * The shares of a campaign. The table's one word `running` is taken apart: most of what is claimed usually waits on the queue, and that
 * is no work in progress.
 */
function listShares(counts: StatusCounts, claimed: ClaimedJobs | null): Share[] {
  const ofTable = (status: 'to_run' | 'completed' | 'failed' | 'timeout', kind: Share['kind']): Share => ({
    name: status.replace('_', ' '),
    count: counts[status],
    kind,
    href: `/jobs?status=${status}`,
  });
  const onTheWay = (name: string, count: number, kind: Share['kind'], note?: string): Share => ({
    name,
    count,
    kind,
    href: '/jobs?status=running',
    ...(note !== undefined && { note }),
  });
  const { queued, putOff, running, toSettle, elsewhere } = claimed ?? emptyClaim;
  const claimedShares =
    claimed === null
      ? [onTheWay('claimed', counts.running, 'queued', 'queued or running: the queue cannot be asked')]
      : [
          onTheWay('queued', queued, 'queued'),
          onTheWay('running', running, 'busy'),
          onTheWay('put off', putOff, 'late', 'after a fault, or for more walltime'),
          onTheWay('to settle', toSettle, 'queued', 'ended, not in the table yet'),
          onTheWay('elsewhere', elsewhere, 'queued', 'not on this queue'),
        ].filter(({ name, count }) => count > 0 || name === 'queued' || name === 'running');
  return [
    ofTable('to_run', 'rest'),
    ...claimedShares,
    ofTable('completed', 'good'),
    ofTable('failed', 'bad'),
    ofTable('timeout', 'late'),
  ];
}

const emptyClaim: ClaimedJobs = { queued: 0, putOff: 0, running: 0, toSettle: 0, elsewhere: 0 };

function renderTile({ name, count, kind, href, note }: Share, total: number): Html {
  return html`<li class="tile ${kind}">
    <a href="${href}">
      <strong>${formatCount(count)}</strong> <span>${name}</span>
      <small
        >${total === 0 ? '' : `${((100 * count) / total).toFixed(1)} %`}${note === undefined ? '' : `, ${note}`}</small
      ></a
    >
  </li>`;
}

/** Its numbers stand above it, so it says nothing to who cannot see it. What is done stands left, what waits right. */
function renderBar(shares: readonly Share[], total: number): Html {
  let x = 0;
  return html`<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="rest" width="1000" height="10"></rect>
    ${shares
      .toSorted((one, other) => rankOf(one) - rankOf(other))
      .map(({ kind, count }) => {
        const width = total === 0 ? 0 : (1000 * count) / total;
        const part = html`<rect class="${kind}" x="${x}" width="${width}" height="10"></rect>`;
        x += width;
        return part;
      })}
  </svg>`;
}

function rankOf({ kind, name }: Share): number {
  const order = ['completed', 'failed', 'timeout', 'running'].indexOf(name);
  return order >= 0 ? order : kind === 'rest' ? 9 : 5;
}

/** How fast it goes, until when it will take, and what that is taken from. */
export function renderRate(
  { perHour, remaining, etaSeconds, finished, seconds, capped, forecast }: Rate,
  endedAt: string | null,
): Html {
  const when = endedAt === null ? 'in the last' : 'in its last';
  const basis =
    seconds === null
      ? 'nothing has finished within a week'
      : `${formatCount(finished)} records finished ${when} ${formatSeconds(seconds)}`;
  const eta =
    remaining === 0 ? 'done' : etaSeconds === null ? 'not known' : `about ${formatSeconds(etaSeconds)}`;
  return html`<dl class="facts">
      <div>
        <dt>${endedAt === null ? 'Finished per hour' : 'Finished per hour, at the end'}</dt>
        <dd>${perHour === null ? '–' : formatAmount(perHour)}</dd>
      </div>
      <div>
        <dt>Left to do</dt>
        <dd>${formatCount(remaining)}</dd>
      </div>
      <div>
        <dt>${endedAt === null ? 'Time left' : 'Last job ended'}</dt>
        <dd>
          ${endedAt === null ? (forecast === undefined ? eta : renderForecast(forecast)) : renderMoment(endedAt)}
        </dd>
      </div>
    </dl>
    <p class="note">
      From this:
      ${basis}.${forecast === undefined ? '' : ` The time left is from the run times of ${formatCount(forecast.runs)} runs, on ${forecast.slots} slots; its band holds in eight of ten cases.`}${
        capped > 0 ? ` ${formatCount(capped)} waiting records have failed too often to be run again.` : ''
      }
    </p>`;
}

/** By learned run times: the likeliest end, and the band around it. */
function renderForecast({ endAt, earlyAt, lateAt }: Forecast): Html {
  return html`about ${renderLeft(endAt)} <small>(${renderLeft(earlyAt)} to ${renderLeft(lateAt)})</small>`;
}
