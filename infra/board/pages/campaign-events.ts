import { html } from 'hono/html';
import type { CampaignEvent } from '../../../workflow/list-events.ts';
import { formatSeconds, renderBadge, renderMoment } from './format-values.ts';
import type { Html } from './page-shell.ts';

/** What happened last, newest first. */
export function renderEvents(events: readonly CampaignEvent[]): Html {
  if (events.length === 0) return html`<p class="note">Nothing has happened yet.</p>`;
  return html`<ol class="events">
    ${events.map((event) => html`<li>${renderMoment(event.at)} <span>${renderEvent(event)}</span></li>`)}
  </ol>`;
}

function renderEvent(event: CampaignEvent): Html {
  switch (event.kind) {
    case 'ended': {
      const { recordId, attempt, outcome, node, elapsedSeconds, isRetried, reason } = event;
      const failure = event.class === null ? '' : ` ${event.class}`;
      return html`<a href="/jobs/${recordId}">#${recordId}</a> ${renderBadge(outcome)}${failure}
        <small title="${reason ?? ''}"
          >attempt
          ${attempt}${node === null ? '' : ` on ${node}`}${
            elapsedSeconds === null ? '' : `, ${formatSeconds(elapsedSeconds)}`
          }${isRetried ? ', tried again' : ''}</small
        >`;
    }
    case 'batch':
      return html`batch ${event.batchId} was enqueued`;
    case 'batch stopped':
      return html`batch ${event.batchId} was stopped: ${event.error ?? 'its first jobs all died alike'}`;
  }
}
