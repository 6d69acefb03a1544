import { describe, expect, it } from 'vitest';
import {
  type Announcement,
  announcementsKey,
  drainRequestsKey,
  type KnownConsumer,
  listForgotten,
  readRegistry,
  rememberSeconds,
  renderAnnouncement,
  silentSeconds,
} from '../../../core/progress/consumer-registry.ts';
import type { JobProgress } from '../../../core/progress/job-progress.ts';

const now = new Date('2026-11-22T12:00:00.000Z');
const ago = (seconds: number): string => new Date(now.getTime() - seconds * 1000).toISOString();

const target = { value: -0.00123, target: 0.0000001 };
/** As long as it can be. */
const progress: JobProgress = {
  phase: 'heavy-atom guess',
  element: 'Np',
  scf: { number: 999_999, iteration: 999_999, limit: 999_999, energyChange: -1.23e-10, converged: false },
  optimization: {
    cycle: 999_999,
    limit: 999_999,
    maxGradient: target,
    rmsGradient: target,
    energyChange: target,
  },
  share: { done: 0.00123, of: 'displacements' },
  seenAt: ago(7),
  silentSeconds: 864_000,
  busyCores: 0.000123,
  stalledSince: ago(864_000),
};

const said: Omit<Announcement, 'v'> = {
  node: 'n1',
  allocationId: '4711',
  reads: 2,
  pid: 17,
  slots: 4,
  busy: 1,
  state: 'running',
  reason: null,
  why: null,
  startedAt: ago(3600),
  seenAt: ago(4),
  endsAt: null,
  jobs: [
    { jobId: 'c1-a1', formula: null, slot: 0, startedAt: ago(60), progress: null },
    { jobId: 'c1000000-a10', formula: 'C120H240N12O24NpCl', slot: 23, startedAt: ago(60), progress },
  ],
};
const read = (changes: Partial<Announcement>, requests: Record<string, string> = {}): KnownConsumer => {
  const { consumers } = readRegistry({ id: renderAnnouncement({ ...said, ...changes }) }, requests, now);
  const [first] = consumers;
  if (!first) throw new Error('the announcement could not be read');
  return first;
};

it('the keys lie below those of the queue, where the roles have their rights', () => {
  expect(announcementsKey('0a1b', 'default')).toBe('{oact-0a1b}:default:consumers');
  expect(drainRequestsKey('0a1b', 'default')).toBe('{oact-0a1b}:default:drain-requests');
});

describe('an announcement', () => {
  it('is read as it was written, with the request to drain', () => {
    expect(read({})).toEqual({ ...said, id: 'id', drainRequestedAt: null });
    expect(read({}, { id: ago(1), other: ago(2) }).drainRequestedAt).toBe(ago(1));
  });

  it('needs at most 700 bytes per job', () => {
    const bytes = (jobs: Announcement['jobs']): number => renderAnnouncement({ ...said, jobs }).length;
    expect(bytes(said.jobs.slice(1)) - bytes([])).toBeLessThan(700);
  });

  const states: [Announcement['state'], number, KnownConsumer['state']][] = [
    ['running', silentSeconds, 'running'],
    ['running', silentSeconds + 1, 'silent'],
    ['draining', silentSeconds, 'draining'],
    ['draining', silentSeconds + 1, 'silent'],
    // It has said good-bye: nothing more is to be heard.
    ['ended', silentSeconds + 1, 'ended'],
    // The clock of its node is ahead.
    ['running', -30, 'running'],
  ];
  it.each(states)('that says %s and is %d s old shows as %s', (state, seconds, shown) => {
    expect(read({ state, seenAt: ago(seconds) }).state).toBe(shown);
  });

  it.each([
    'not JSON',
    '{}',
    'null',
    JSON.stringify({ ...said, v: 1 }),
    JSON.stringify({ ...said, v: 3 }),
    JSON.stringify({ ...said, v: 2, more: 1 }),
    JSON.stringify({ ...said, v: 2, seenAt: 'yesterday' }),
  ])('that this version does not know is counted and left out: %s', (text) => {
    const { consumers, unreadable } = readRegistry({ a: text, b: renderAnnouncement(said) }, {}, now);
    expect(consumers.map(({ id }) => id)).toEqual(['b']);
    expect(unreadable).toBe(1);
  });
});

const entryOf = (changes: Partial<Announcement>): string => renderAnnouncement({ ...said, ...changes });

it('consumers are listed by node, and by start on one node', () => {
  const entries = {
    c: entryOf({ node: 'n2', startedAt: ago(9) }),
    b: entryOf({ node: 'n1', startedAt: ago(5) }),
    a: entryOf({ node: 'n1', startedAt: ago(7) }),
  };
  expect(readRegistry(entries, {}, now).consumers.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
});

it.each([
  ['running', rememberSeconds + 1, true],
  ['ended', rememberSeconds + 1, true],
  ['ended', rememberSeconds, false],
  ['running', rememberSeconds, false],
] as const)('one that said %s and was seen %d s ago is forgotten: %s', (state, seconds, isForgotten) => {
  const consumer = read({ state, seenAt: ago(seconds) });
  expect(listForgotten([consumer], now)).toEqual(isForgotten ? ['id'] : []);
});
