import { html } from 'hono/html';
import type { LiveParts } from '../../live/feed.ts';
import { formatSeconds, renderBadge, renderMoment } from '../format-values.ts';
import { renderFailures, renderHours } from './campaign-costs.ts';
import { renderCounts, renderRate } from './campaign-counts.ts';
import { nameAfter, renderNodes } from './node-picture.ts';
import { renderQueue } from './queue-state.ts';
import type { Html } from '../page-shell.ts';
import type { QueueTrouble, QueueView } from '../../reading/read-queue.ts';
import type { RecordsView } from '../../reading/read-records.ts';
import { parseJobId } from '../../../core/job/payload.ts';
import { type ClaimedJobs, splitClaimed } from '../../../core/waiting/claimed-jobs.ts';
import { describeLeftOut } from '../../../core/waiting/left-out.ts';
import { describeCure, describeStop } from '../../../core/waiting/stopped-batch.ts';
import { describeAllocationState } from '../../../workflow/allocations/allocation-state.ts';
import type { ServeLife } from '../../../workflow/steering/serve-life.ts';
import type { CampaignEvent } from '../../../workflow/reports/list-events.ts';

/** Parts of the overview, by the id of their place on the page. */
export async function renderOverviewParts(
  records: RecordsView,
  queue: QueueView | QueueTrouble,
  namesOf: (ids: number[]) => ReadonlyMap<number, string>,
): Promise<LiveParts> {
  const consumers = 'error' in queue ? [] : queue.consumers;
  const names = namesOf([...idsOfJobs(consumers), ...idsOfEvents(records.events)]);
  const parts: Record<string, Html> = {
    notices: renderNotices(records, queue),
    counts: renderCounts(records.counts, claimedOf(records.counts.running, queue)),
    rate: renderRate(records.rate, records.endedAt),
    hours: renderHours(records.hours),
    failures: renderFailures(records.failures),
    nodes: renderNodes(consumers, 'error' in queue ? queue.error : null, names),
    queue: html`${renderQueue(queue)}${renderServe(records.serve)}${renderAllocations(records)}`,
    events: renderEvents(records.events, names),
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
        failed: records.finished.map(({ failed }) => failed),
        timedOut: records.finished.map(({ timedOut }) => timedOut),
        used: records.hoursOver.map(({ used }) => used),
        wasted: records.hoursOver.map(({ wasted }) => wasted),
      },
    },
  };
}

const idsOfJobs = (consumers: QueueView['consumers']): number[] =>
  consumers.flatMap(({ jobs }) => jobs.flatMap(({ jobId }) => parseJobId(jobId)?.recordId ?? []));

const idsOfEvents = (events: readonly CampaignEvent[]): number[] =>
  events.flatMap((event) => ('recordId' in event ? [event.recordId] : []));

/** Where the records are whose status is `running`; null: the queue cannot be asked. */
function claimedOf(running: number, queue: QueueView | QueueTrouble): ClaimedJobs | null {
  if ('error' in queue) return null;
  const { waiting, delayed, active, unsettled } = queue;
  return splitClaimed(running, { waiting, delayed, active, completed: unsettled, failed: 0 });
}

/** Where the process lives that fills the queue and settles. */
function renderServe(serve: ServeLife | null): Html | string {
  if (serve === null) return '';
  const { state, host, pid, lastAliveAt } = serve;
  const words = { alive: 'runs', silent: 'is dead or cut off', ended: 'ended' }[state];
  return html`<p class="note">
    oact serve ${words} on ${host} (process ${pid}), last alive ${renderMoment(lastAliveAt)}.
  </p>`;
}

function renderAllocations({ allocations }: RecordsView): Html {
  const lines = describeAllocationState({ open: allocations.open, paused: [] }, new Date());
  return html`${lines.map((line) => html`<p class="note">Allocations: ${line}.</p>`)}`;
}

/** What someone must do something about. */
function renderNotices(
  { stopped, leftOut, pause, serve, counts, allocations }: RecordsView,
  queue: QueueView | QueueTrouble,
): Html {
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
    ...(serve?.state === 'silent' && counts.to_run + counts.running > 0
      ? [
          `oact serve on ${serve.host} (process ${serve.pid}) is dead or cut off: nothing is enqueued or settled. Start oact serve again.`,
        ]
      : []),
    ...allocations.paused.map(
      ({ name, reason }) =>
        `No more allocations are submitted for ${name}: ${reason}. To resume: oact alloc resume ${name}.`,
    ),
    ...(leftOut?.leftOut ?? []).map((one) => `Left out: ${describeLeftOut(one)}`),
    ...stopped.map((batch) => `${describeStop(batch)}. ${describeCure(batch)}`),
  ];
  return html`${sentences.map((sentence) => html`<p class="notice" role="alert">${sentence}</p>`)}`;
}

/** What happened last, newest first. */
function renderEvents(events: readonly CampaignEvent[], names: ReadonlyMap<number, string>): Html {
  if (events.length === 0) return html`<p class="note">Nothing has happened yet.</p>`;
  return html`<ol class="events">
    ${events.map((event) => html`<li>${renderMoment(event.at)} <span>${renderEvent(event, names)}</span></li>`)}
  </ol>`;
}

function renderEvent(event: CampaignEvent, names: ReadonlyMap<number, string>): Html {
  if (event.kind === 'batch') return html`batch ${event.batchId} was enqueued`;
  if (event.kind === 'batch stopped')
    return html`batch ${event.batchId} was stopped: ${event.error ?? 'its first jobs all died alike'}`;
  const { recordId, attempt, outcome, node, elapsedSeconds, isRetried, reason } = event;
  const remarks = [
    `attempt ${attempt}${node === null ? '' : ` on ${node}`}`,
    elapsedSeconds === null ? null : formatSeconds(elapsedSeconds),
    isRetried ? 'retried' : null,
  ].filter((remark) => remark !== null);
  return html`<a href="/jobs/${recordId}">#${recordId}${nameAfter(names.get(recordId))}</a>
    ${renderBadge(outcome)} ${event.class ?? ''}
    <small title="${reason ?? ''}">${remarks.join(', ')}</small>`;
}
