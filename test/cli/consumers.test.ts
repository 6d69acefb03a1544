import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { chooseConsumers } from '../../cli/node/choose-consumers.ts';
import { renderConsumers, summarizeConsumers } from '../../cli/node/render-consumers.ts';
import { type KnownConsumer, rememberSeconds } from '../../core/progress/consumer-registry.ts';
import type { JobProgress } from '../../core/progress/job-progress.ts';
import { anOptimization } from './a-progress.ts';

const now = new Date('2026-11-22T12:00:00.000Z');
const ago = (seconds: number): string => new Date(now.getTime() - seconds * 1000).toISOString();

function aConsumer(changes: Partial<KnownConsumer> = {}): KnownConsumer {
  return {
    id: 'n1:4711:0a1b2c3d',
    node: 'n1',
    allocationId: '4711',
    reads: 2,
    pid: 17,
    slots: 4,
    busy: 3,
    state: 'running',
    reason: null,
    why: null,
    startedAt: ago(7500),
    seenAt: ago(4),
    endsAt: null,
    jobs: [],
    drainRequestedAt: null,
    ...changes,
  };
}

const aJob = (id: number, progress: JobProgress | null): KnownConsumer['jobs'][number] => ({
  jobId: `c${id}-a1`,
  formula: 'UO2',
  slot: id,
  startedAt: ago(60),
  progress,
});

const first = aConsumer();
const second = aConsumer({ id: 'n1:4712:11111111' });
const third = aConsumer({ id: 'n2:4711:22222222', node: 'n2' });
const silent = aConsumer({ id: 'n3:4711:33333333', node: 'n3', state: 'silent', seenAt: ago(600) });
const ended = aConsumer({
  id: 'n4:1:44444444',
  node: 'n4',
  state: 'ended',
  reason: 'faulty',
  seenAt: ago(90),
});
const all = [first, second, third, silent, ended];

describe('who is meant', () => {
  it.each([
    ['every consumer of a node', ['n1'], [first, second]],
    ['several nodes', ['n2', 'n1'], [first, second, third]],
    ['an id', ['n1:4712:11111111'], [second]],
    ['the end of an id', ['11111111'], [second]],
    ['one that is named twice', ['n2', '22222222'], [third]],
    ['a silent one, which may come back', ['n3'], [silent]],
  ])('%s', (_what, names, chosen) => {
    expect(chooseConsumers(all, { names, all: false })).toEqual(chosen);
  });

  it('--all: all that have not ended', () => {
    expect(chooseConsumers(all, { names: [], all: true })).toEqual([first, second, third, silent]);
    expect(chooseConsumers([ended], { names: [], all: true })).toEqual([]);
  });

  it('an unknown name is an error that names those there are, and none is chosen', () => {
    expect(() => chooseConsumers(all, { names: ['n1', 'n9', 'n8'], all: false })).toThrow(
      expect.objectContaining({
        code: 'CONSUMER_NOT_FOUND',
        message: 'no consumer runs as n9, n8',
        hint: 'There are consumers on n1, n2, n3.',
      }),
    );
    expect(() => chooseConsumers([], { names: ['n1'], all: false })).toThrow(
      expect.objectContaining({ hint: 'No consumer runs.' }),
    );
  });

  it('one that has ended is said to have', () => {
    expect(() => chooseConsumers(all, { names: ['n4'], all: false })).toThrow(
      expect.objectContaining({
        hint: expect.stringMatching(/^The consumer on n4 ended at .* \(faulty\)\. There are/),
      }),
    );
  });

  it.each([
    ['nobody', [], false],
    ['names and --all', ['n1'], true],
  ])('%s: a usage error', (_what, names, isAll) => {
    expect(() => chooseConsumers(all, { names, all: isAll })).toThrow(
      expect.objectContaining({ code: 'USAGE' }),
    );
  });
});

const lineOf = (consumer: KnownConsumer): string =>
  stripVTControlCharacters(renderConsumers([consumer], now))
    .split('\n')[1]
    ?.replaceAll(/\s+/g, ' ') ?? '';

describe('the table', () => {
  it.each([
    ['n1 4711 0a1b2c3d running 3/4 2h05m 4.0s', first],
    ['n1 – 0a1b2c3d running 3/4 2h05m 4.0s', aConsumer({ allocationId: null })],
    ['n3 4711 33333333 silent 3/4 2h05m 10m00s', silent],
    [
      'n4 4711 44444444 ended 3/4 2h05m 1m30s faulty: the disk is full',
      { ...ended, why: 'the disk is full' },
    ],
    ['n1 4711 0a1b2c3d running 3/4 2h05m 4.0s asked to drain', aConsumer({ drainRequestedAt: ago(1) })],
    [
      'n1 4711 0a1b2c3d draining 3/4 2h05m 4.0s drained',
      aConsumer({ state: 'draining', reason: 'drained', drainRequestedAt: ago(1) }),
    ],
    [
      'n1 4711 0a1b2c3d running 3/4 2h05m 4.0s 2 SCF, 1 unknown; 1 stalled',
      aConsumer({
        jobs: [
          aJob(1, anOptimization(ago(1))),
          aJob(2, { ...anOptimization(ago(1)), stalledSince: ago(700) }),
          aJob(3, null),
        ],
      }),
    ],
    // Its clock is ahead of ours.
    ['n1 4711 0a1b2c3d running 3/4 2h05m 0.0s', aConsumer({ seenAt: ago(-5) })],
  ])('%s', (line, consumer) => expect(lineOf(consumer)).toBe(line));
});

it('the summary counts slots of those that are there, and remembers for a day', () => {
  const old = aConsumer({ id: 'old', state: 'ended', reason: 'faulty', seenAt: ago(rememberSeconds + 1) });
  const longSilent = aConsumer({ id: 'gone', state: 'silent', seenAt: ago(rememberSeconds + 1) });
  const idle = aConsumer({ id: 'idle', state: 'ended', reason: 'idle' });
  const draining = aConsumer({ id: 'd', state: 'draining', busy: 1 });
  const broken = { ...ended, why: 'the disk is full' };
  expect(summarizeConsumers([first, third, silent, draining, broken, idle, old, longSilent], now)).toEqual({
    running: 2,
    draining: 1,
    silent: 1,
    busy: 7,
    slots: 12,
    announcedSecondsAgo: expect.any(Number),
    faulty: [{ node: 'n4', at: ago(90), why: 'the disk is full' }],
  });
});

it('never calls more slots busy than the queue has given out jobs: announcements are ten seconds old', () => {
  expect(summarizeConsumers([first, third], now, 0)).toMatchObject({ busy: 0 });
  expect(summarizeConsumers([first, third], now, 2)).toMatchObject({ busy: 2 });
  expect(summarizeConsumers([first, third], now, 100).busy).toBe(
    summarizeConsumers([first, third], now).busy,
  );
});
