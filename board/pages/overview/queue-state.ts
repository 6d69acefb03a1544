import { html } from 'hono/html';
import type { QueueTrouble, QueueView } from '../../reading/read-queue.ts';
import { formatBytes, formatCount, formatSeconds, renderMoment } from '../format-values.ts';
import type { Html } from '../page-shell.ts';

/** How deep the queue is, and how Redis does. */
export function renderQueue(queue: QueueView | QueueTrouble): Html {
  if ('error' in queue) return html`<p class="note">${queue.error}</p>`;
  const { waiting, active, delayed, unsettled, putOff, redis } = queue;
  const memory = `${formatBytes(redis.usedBytes)}${redis.limitBytes === null ? '' : ` of ${formatBytes(redis.limitBytes)}`}`;
  return html`<dl class="facts">
      <div>
        <dt>Waiting</dt>
        <dd>${formatCount(waiting)}</dd>
      </div>
      <div>
        <dt>Running</dt>
        <dd>${formatCount(active)}</dd>
      </div>
      <div>
        <dt>Put off</dt>
        <dd>${formatCount(delayed)}</dd>
      </div>
      <div>
        <dt>Not settled yet</dt>
        <dd>${formatCount(unsettled)}</dd>
      </div>
    </dl>
    ${putOff.map(
      ({ recordId, until, why }) =>
        html`<p class="note">
          Put off: <a href="/jobs/${recordId}">#${recordId}</a>, ${why}, until ${renderMoment(until)}.
        </p>`,
    )}
    <p class="note">
      ${redis.server}, up for ${formatUptime(redis.uptimeSeconds)}; memory ${memory}; ${redis.clients}
      connections; keeps ${redis.keeps === 'append-only file' ? 'an append-only file' : 'nothing on disk'}.
    </p>`;
}

/** Coarse, so that it does not change at every look. */
function formatUptime(seconds: number): string {
  return seconds < 120 ? 'a minute' : formatSeconds(Math.floor(seconds / 60) * 60).replace('m00s', ' min');
}
