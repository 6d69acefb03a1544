import { html } from 'hono/html';
import { describeCure, describeStop } from '../../../core/job/stopped-batch.ts';
import type { LiveParts } from '../../live/feed.ts';
import type { QueueTrouble, QueueView } from '../../reading/read-queue.ts';
import type { RecordsView } from '../../reading/read-records.ts';
import { renderFailures, renderHours } from './campaign-costs.ts';
import { renderCounts, renderRate } from './campaign-counts.ts';
import { renderEvents } from './campaign-events.ts';
import { renderNodes } from './node-picture.ts';
import { renderQueue } from './queue-state.ts';
import type { Html } from '../page-shell.ts';

/** Parts of the overview, by the id of their place on the page. */
export async function renderOverviewParts(
  records: RecordsView,
  queue: QueueView | QueueTrouble,
): Promise<LiveParts> {
  const consumers = 'error' in queue ? [] : queue.consumers;
  const parts: Record<string, Html> = {
    notices: renderNotices(records, queue),
    counts: renderCounts(records.counts),
    rate: renderRate(records.rate),
    hours: renderHours(records.hours),
    failures: renderFailures(records.failures),
    nodes: renderNodes(consumers, 'error' in queue ? queue.error : null),
    queue: renderQueue(queue),
    events: renderEvents(records.events),
  };
  const texts = await Promise.all(
    Object.entries(parts).map(async ([id, part]) => [id, String(await part)] as const),
  );
  return {
    html: Object.fromEntries(texts),
    data: {
      charts: {
        from: records.finished.map(({ from }) => Date.parse(from) / 1000),
        completed: records.finished.map(({ completed }) => completed),
        failed: records.finished.map(({ failed, timedOut }) => failed + timedOut),
        used: records.hoursOver.map(({ used }) => used),
        wasted: records.hoursOver.map(({ wasted }) => wasted),
      },
    },
  };
}

/** What somebody must do something about. */
function renderNotices({ stopped, pause }: RecordsView, queue: QueueView | QueueTrouble): Html {
  const sentences = [
    ...('error' in queue
      ? [
          `The queue cannot be read: ${queue.error}. What follows of nodes and queue is missing; records are up to date.`,
        ]
      : queue.redis.warnings.map((warning) => `Redis: ${warning}.`)),
    ...(pause
      ? [
          `Paused since ${pause.since.slice(0, 16).replace('T', ' ')} UTC${pause.reason === null ? '' : ` (${pause.reason})`}: no job is given out.`,
        ]
      : []),
    ...stopped.map((batch) => `${describeStop(batch)}. ${describeCure(batch)}`),
  ];
  return html`${sentences.map((sentence) => html`<p class="notice" role="alert">${sentence}</p>`)}`;
}
