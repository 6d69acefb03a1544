import type { KnownConsumer } from '../../core/progress/consumer-registry.ts';
import { formatDuration } from '../../core/config/duration.ts';
import type { HookSettings } from '../../core/config/hook-settings.ts';
import type { EndingCount } from '../../workflow/reports/count-endings.ts';
import type { StatusCounts } from '../../workflow/reports/count-by-status.ts';
import type { Happening } from './hook-event.ts';
import type { HookMemory } from './hook-memory.ts';

/** What a campaign looks like, as far as hooks want to know. */
export interface CampaignView {
  now: Date;
  openAttempts: number;
  /** Counted only while no attempt is open. */
  records: StatusCounts | null;
  /** ISO 8601 UTC. */
  oldestOpenAt: string | null;
  lastEndingAt: string | null;
  /** Endings within the window of `failureRate`. */
  recent: readonly EndingCount[];
  /** Entries of `allocations:` that oact paused, because allocations were of no use or refused. */
  pausedEntries: readonly { name: string; pausedAt: string; reason: string }[];
  /** null: Redis does not answer, so nothing is known of them. */
  consumers:
    | readonly Pick<KnownConsumer, 'id' | 'node' | 'allocationId' | 'state' | 'reason' | 'why' | 'seenAt'>[]
    | null;
}

/**
 * What is new: a condition is reported when it begins to hold and, once it is over, when it begins again.
 * @returns the events, and the memory for the next look. Pure
 */
export function decideEvents(
  view: CampaignView,
  memory: HookMemory,
  settings: HookSettings,
): { events: Happening[]; memory: HookMemory } {
  // What no hook asks for is not remembered as reported.
  const done = settings.campaignDone && findDone(view);
  const rate = settings.failureRate && measureFailures(view, settings.failureRate);
  const idle = settings.nothingFinished && findIdle(view, settings.nothingFinished.for);
  const stopped = settings.nodeStopped ? listStopped(view) : [];
  const isNews = (id: string): boolean => !memory.nodeStopped.includes(id);
  const news = stopped?.filter(({ id }) => isNews(id)) ?? [];
  const paused = settings.allocationsPaused ? view.pausedEntries : [];
  const newlyPaused = paused.filter((entry) => !memory.allocationsPaused.includes(keyOf(entry)));
  const events = [
    done !== null && !memory.campaignDone ? done : null,
    rate?.holds === true && !memory.failureRate ? rate.happening : null,
    news.length > 0 ? tellStopped(news) : null,
    idle && !memory.nothingFinished ? idle : null,
    newlyPaused.length > 0 ? tellPaused(newlyPaused) : null,
  ];
  return {
    events: events.filter((event) => event !== null),
    memory: {
      v: 1,
      campaignDone: done !== null,
      // Too few endings say nothing: what held continues.
      failureRate: rate ? (rate.holds ?? memory.failureRate) : false,
      nothingFinished: idle !== null,
      // Also forgets those that are not listed any more.
      nodeStopped: stopped ? stopped.map(({ id }) => id) : memory.nodeStopped,
      allocationsPaused: paused.map(keyOf),
    },
  };
}

function findDone({ records, openAttempts }: CampaignView): Happening | null {
  if (records === null || openAttempts > 0) return null;
  const { total, to_run: waiting, running, completed, failed, timeout } = records;
  if (total === 0 || waiting + running > 0) return null;
  return {
    event: 'campaignDone',
    message: `the campaign is done: ${completed} completed, ${failed} failed, ${timeout} timed out`,
    details: { completed, failed, timeout, total },
  };
}

function measureFailures(
  { recent }: CampaignView,
  { above, atLeast, window }: NonNullable<HookSettings['failureRate']>,
): { holds: boolean | null; happening: Happening } {
  const failures = recent.filter(({ outcome }) => outcome !== 'completed');
  const [finished, failed] = [countAll(recent), countAll(failures)];
  const share = finished === 0 ? 0 : failed / finished;
  const most = failures.toSorted((a, b) => b.count - a.count)[0];
  const mostly = most === undefined ? null : (most.class ?? most.outcome);
  const percent = `${Math.round(100 * share)} %`;
  // An empty window is no failure; a thin one says nothing.
  const holds = finished > 0 && finished < atLeast ? null : share > above;
  return {
    holds,
    happening: {
      event: 'failureRate',
      message: `${failed} of ${finished} attempts failed in the last ${formatDuration(window)} (${percent}), most of them by ${mostly}`,
      details: { finished, failed, share, above, windowSeconds: window, mostly },
    },
  };
}

function countAll(counts: readonly EndingCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}

function findIdle(view: CampaignView, limitSeconds: number): Happening | null {
  const { oldestOpenAt, lastEndingAt, openAttempts, now } = view;
  if (oldestOpenAt === null) return null;
  // ISO times in UTC sort as text.
  const since = lastEndingAt !== null && lastEndingAt > oldestOpenAt ? lastEndingAt : oldestOpenAt;
  const seconds = (now.getTime() - Date.parse(since)) / 1000;
  if (seconds < limitSeconds) return null;
  const consumers = view.consumers?.filter(({ state }) => state === 'running').length ?? null;
  return {
    event: 'nothingFinished',
    message: `nothing has finished for ${formatDuration(Math.floor(seconds))}, while ${openAttempts} attempts are open and ${consumers ?? 'an unknown number of'} consumers work`,
    details: { seconds: Math.floor(seconds), since, openAttempts, consumers },
  };
}

type Stopped = NonNullable<CampaignView['consumers']>[number];

/** Consumers that found their node broken, or that fell silent; those that drained or had nothing to do ended well. */
function listStopped({ consumers }: CampaignView): Stopped[] | null {
  return (
    consumers?.filter(
      ({ state, reason }) => state === 'silent' || (state === 'ended' && reason === 'faulty'),
    ) ?? null
  );
}

function tellStopped(stopped: readonly Stopped[]): Happening {
  const nodes = stopped.map(({ id, node, allocationId, state, why, seenAt }) => ({
    consumerId: id,
    node,
    allocationId,
    why: state === 'silent' ? `silent since ${seenAt}` : (why ?? 'faulty'),
  }));
  const names = nodes.map(({ node, why }) => `${node} (${why})`);
  return {
    event: 'nodeStopped',
    message: `${nodes.length === 1 ? 'a node' : `${nodes.length} nodes`} stopped: ${names.join(', ')}`,
    details: { nodes },
  };
}

type PausedEntry = CampaignView['pausedEntries'][number];

const keyOf = ({ name, pausedAt }: PausedEntry): string => `${name} ${pausedAt}`;

function tellPaused(entries: readonly PausedEntry[]): Happening {
  const words = entries.map(({ name, reason }) => `${name} (${reason})`);
  return {
    event: 'allocationsPaused',
    message: `no more allocations are submitted for ${words.join(', ')}`,
    details: { entries },
  };
}
