import { describeUse } from '../../core/progress/draw-cores.ts';
import { type KnownConsumer, listForgotten, secondsSince } from '../../core/progress/consumer-registry.ts';
import { formatDuration } from '../../core/config/duration.ts';
import { shortIdOf } from './choose-consumers.ts';
import { renderTable } from '../terminal/print.ts';
import { renderCounts } from '../status/render-running.ts';
import { countPhases, isStalled } from '../status/summarize-running.ts';

/** What `oact status` says of the consumers. */
export interface ConsumerSummary {
  running: number;
  draining: number;
  silent: number;
  /** Of those that run or drain. */
  busy: number;
  slots: number;
  /** How old the oldest announcement of these is, seconds; null: there are none. What they say is as old. */
  announcedSecondsAgo: number | null;
  /** Stopped because of their node within the last day, or at work on one with which something is wrong. */
  faulty: { node: string; at: string; why: string | null }[];
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

/**
 * @param active jobs that the queue has given out; null: it was not asked. A consumer speaks every ten seconds only, so it may still
 * call slots busy whose jobs have ended: the queue knows better
 */
export function summarizeConsumers(
  consumers: readonly KnownConsumer[],
  now: Date,
  active: number | null = null,
): ConsumerSummary {
  const forgotten = new Set(listForgotten(consumers, now));
  const inState = (...states: KnownConsumer['state'][]): KnownConsumer[] =>
    consumers.filter(({ id, state }) => states.includes(state) && !forgotten.has(id));
  const present = inState('running', 'draining');
  return {
    running: inState('running').length,
    draining: inState('draining').length,
    silent: inState('silent').length,
    busy: Math.min(sum(present.map(({ busy }) => busy)), active ?? Infinity),
    slots: sum(present.map(({ slots }) => slots)),
    announcedSecondsAgo:
      present.length === 0
        ? null
        : Math.max(0, ...present.map(({ seenAt }) => Math.round(secondsSince(seenAt, now)))),
    faulty: [
      ...inState('ended').filter(({ reason }) => reason === 'faulty'),
      ...present.filter(({ why }) => why !== null),
    ].map(({ node, seenAt, why }) => ({ node, at: seenAt, why })),
  };
}

/** The lines of `oact status`: a count, and a line per node that was found broken. */
export function renderConsumerSummary(summary: ConsumerSummary, now: Date): string[] {
  const states = (['running', 'draining', 'silent'] as const)
    .filter((state) => state === 'running' || summary[state] > 0)
    .map((state) => `${summary[state]} ${state}`);
  const { busy, slots, announcedSecondsAgo } = summary;
  const asOf = announcedSecondsAgo === null ? '' : `, as reported up to ${announcedSecondsAgo} s ago`;
  return [
    `consumers ${states.join(', ')}; ${busy} of ${slots} slots busy${asOf}`,
    ...summary.faulty.map(
      ({ node, at, why }) => `faulty    ${node}, ${ago(at, now)} ago: ${why ?? 'its log says why'}`,
    ),
  ];
}

/** The table of `oact consumer list`. */
export function renderConsumers(consumers: readonly KnownConsumer[], now: Date): string {
  const rows = consumers.map((consumer) => [
    consumer.node,
    consumer.allocationId,
    shortIdOf(consumer),
    consumer.state,
    describeUse(consumer),
    ago(consumer.startedAt, now),
    ago(consumer.seenAt, now),
    describeJobs(consumer),
    describeWhy(consumer),
  ]);
  return renderTable(
    ['node', 'allocation', 'id', 'state', 'busy', 'since', 'seen', 'jobs', 'why'],
    rows,
    [4, 5, 6],
  );
}

function describeJobs({ state, jobs }: KnownConsumer): string {
  const stalled = jobs.filter(({ progress }) => isStalled(progress)).length;
  return state === 'ended' ? '' : renderCounts({ phases: countPhases(jobs), stalled });
}

function describeWhy({ state, reason, why, drainRequestedAt }: KnownConsumer): string {
  const asked =
    drainRequestedAt !== null && state !== 'ended' && state !== 'draining' ? 'asked to drain' : null;
  return [reason, asked, why].filter((part) => part !== null).join(': ');
}

/** Clocks of nodes may be ahead of this one. */
function ago(time: string, now: Date): string {
  return formatDuration(Math.max(0, Math.round(secondsSince(time, now))));
}
