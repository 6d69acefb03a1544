import { html } from 'hono/html';
import type { CampaignEvent } from '../../../workflow/reports/list-events.ts';
import { formatSeconds, renderBadge, renderMoment } from '../format-values.ts';
import type { Html } from '../page-shell.ts';

/** What happened last, newest first. */
export function renderEvents(events: readonly CampaignEvent[]): Html {
  if (events.length === 0) return html`<p class="note">Nothing has happened yet.</p>`;
  return html`<ol class="events">
    ${events.map((event) => html`<li>${renderMoment(event.at)} <span>${renderEvent(event)}</span></li>`)}
  </ol>`;
}

function renderEvent(event: CampaignEvent): Html {
  if (event.kind === 'batch') return html`batch ${event.batchId} was enqueued`;
  if (event.kind === 'batch stopped')
    return html`batch ${event.batchId} was stopped: ${event.error ?? 'its first jobs all died alike'}`;
  const { recordId, attempt, outcome, node, elapsedSeconds, isRetried, reason } = event;
  const remarks = [
    `attempt ${attempt}${node === null ? '' : ` on ${node}`}`,
    elapsedSeconds === null ? null : formatSeconds(elapsedSeconds),
    isRetried ? 'tried again' : null,
  ].filter((remark) => remark !== null);
  return html`<a href="/jobs/${recordId}">#${recordId}</a> ${renderBadge(outcome)} ${event.class ?? ''}
    <small title="${reason ?? ''}">${remarks.join(', ')}</small>`;
}
