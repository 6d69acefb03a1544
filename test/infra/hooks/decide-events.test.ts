import { describe, expect, it } from 'vitest';
import { hookEvents, hookSettingsSchema } from '../../../core/config/hook-settings.ts';
import { type CampaignView, decideEvents } from '../../../infra/hooks/decide-events.ts';
import { emptyMemory, type HookMemory } from '../../../infra/hooks/hook-memory.ts';

const now = new Date('2026-11-22T12:00:00.000Z');
const ago = (seconds: number): string => new Date(now.getTime() - seconds * 1000).toISOString();
const command = ['true'];
const settings = hookSettingsSchema.parse({
  campaignDone: { command },
  failureRate: { command, above: 0.3, window: '1h', atLeast: 10 },
  nodeStopped: { command },
  nothingFinished: { command, for: '2h' },
  allocationsPaused: { command },
});
const none = hookSettingsSchema.parse({});

const working: CampaignView = {
  now,
  pausedEntries: [],
  openAttempts: 8,
  records: null,
  oldestOpenAt: ago(600),
  lastEndingAt: ago(60),
  recent: [],
  consumers: [],
};
const counts = (changes: Record<string, number>): NonNullable<CampaignView['records']> => ({
  to_run: 0,
  running: 0,
  completed: 0,
  failed: 0,
  timeout: 0,
  other: 0,
  total: 10,
  ...changes,
});
const endings = (completed: number, failed: number): CampaignView['recent'] => [
  { outcome: 'completed', class: null, count: completed, coreSeconds: 0 },
  { outcome: 'failed', class: 'scf_not_converged', count: failed, coreSeconds: 0 },
];
const done: Partial<CampaignView> = {
  openAttempts: 0,
  oldestOpenAt: null,
  records: counts({ completed: 9, failed: 1 }),
};
const consumer = (changes: Partial<NonNullable<CampaignView['consumers']>[number]>) => ({
  id: 'n1:4711:0a1b2c3d',
  node: 'n1',
  allocationId: '4711',
  state: 'running' as const,
  reason: null,
  why: null,
  seenAt: ago(5),
  ...changes,
});
const silent = consumer({ state: 'silent', seenAt: ago(90) });
const faulty = consumer({
  id: 'n2:4711:1',
  node: 'n2',
  state: 'ended',
  reason: 'faulty',
  why: 'the disk is full',
});

/** The names of the events of each look, the memory going from one to the next. */
function lookAt(
  views: Partial<CampaignView>[],
  start: HookMemory = emptyMemory,
  hooks = settings,
): string[][] {
  let memory = start;
  return views.map((view) => {
    const next = decideEvents({ ...working, ...view }, memory, hooks);
    memory = next.memory;
    return next.events.map(({ event }) => event);
  });
}

describe('campaignDone', () => {
  it('is told once, and again when there was more to do', () => {
    expect(lookAt([{}, done, done, {}, done])).toEqual([[], ['campaignDone'], [], [], ['campaignDone']]);
  });

  it.each([
    ['a record waits', { ...done, records: counts({ to_run: 1, completed: 9 }) }],
    ['another tool runs one', { ...done, records: counts({ running: 1, completed: 9 }) }],
    ['attempts are open', { ...done, openAttempts: 1 }],
    ['there are no records', { ...done, records: counts({ total: 0 }) }],
  ])('is not told while %s', (_why, view) => {
    expect(lookAt([view])).toEqual([[]]);
  });
});

describe('failureRate', () => {
  it.each([
    [7, 3, []],
    [6, 4, ['failureRate']],
    [1, 8, []],
    [0, 0, []],
  ])('of %d completed and %d failed tells %j', (completed, failed, events) => {
    expect(lookAt([{ recent: endings(completed, failed) }])).toEqual([events]);
  });

  it('is told once until it has fallen; a thin window changes nothing', () => {
    const [bad, thin, good] = [endings(6, 4), endings(1, 1), endings(9, 1)];
    const looks = [bad, bad, thin, bad, good, bad, [], bad].map((recent) => ({ recent }));
    expect(lookAt(looks).map((events) => events.length)).toEqual([1, 0, 0, 0, 0, 1, 0, 1]);
  });

  it('says how many, of what, and mostly why', () => {
    const { events } = decideEvents({ ...working, recent: endings(6, 4) }, emptyMemory, settings);
    expect(events[0]).toMatchObject({
      message: '4 of 10 attempts failed in the last 1h00m (40 %), most of them by scf_not_converged',
      details: { finished: 10, failed: 4, share: 0.4, above: 0.3 },
    });
  });
});

describe('nodeStopped', () => {
  it('is told once for each consumer, several at once in one event', () => {
    expect(
      lookAt([{ consumers: [silent] }, { consumers: [silent, faulty] }, { consumers: [silent, faulty] }]),
    ).toEqual([['nodeStopped'], ['nodeStopped'], []]);
    const { events } = decideEvents({ ...working, consumers: [silent, faulty] }, emptyMemory, settings);
    expect(events[0]?.message).toBe(`2 nodes stopped: n1 (silent since ${ago(90)}), n2 (the disk is full)`);
  });

  it.each(['drained', 'idle', 'walltime'])('is not told of one that ended well: %s', (reason) => {
    expect(lookAt([{ consumers: [consumer({ state: 'ended', reason })] }])).toEqual([[]]);
  });

  it('is told again of one that spoke in between, and not because Redis was away', () => {
    const away = { consumers: null };
    expect(lookAt([{ consumers: [silent] }, away, { consumers: [silent] }])).toEqual([
      ['nodeStopped'],
      [],
      [],
    ]);
    const spoke = { consumers: [consumer({})] };
    expect(lookAt([{ consumers: [silent] }, spoke, { consumers: [silent] }])).toEqual([
      ['nodeStopped'],
      [],
      ['nodeStopped'],
    ]);
  });
});

describe('nothingFinished', () => {
  it.each([
    ['since the last ending', { lastEndingAt: ago(7200), oldestOpenAt: ago(9000) }, true],
    ['not yet', { lastEndingAt: ago(7100), oldestOpenAt: ago(9000) }, false],
    ['never, since the first claim', { lastEndingAt: null, oldestOpenAt: ago(7300) }, true],
    ['for long, but work came only now', { lastEndingAt: ago(90_000), oldestOpenAt: ago(60) }, false],
    ['for long, and nothing is to be done', { lastEndingAt: ago(90_000), oldestOpenAt: null }, false],
  ])('%s', (_when, view, isTold) => {
    expect(lookAt([view])).toEqual([isTold ? ['nothingFinished'] : []]);
  });

  it('is told once until something finishes', () => {
    const idle = { lastEndingAt: ago(8000), oldestOpenAt: ago(9000) };
    expect(lookAt([idle, idle, {}, idle]).map((events) => events.length)).toEqual([1, 0, 0, 1]);
  });
});

describe('allocationsPaused', () => {
  const cpu = { name: 'cpu', pausedAt: ago(60), reason: 'the scheduler refused 3 submissions in a row: no' };

  it('is told once for each pause', () => {
    const [first, , other] = [
      { pausedEntries: [cpu] },
      {},
      { pausedEntries: [{ ...cpu, pausedAt: ago(1) }] },
    ];
    expect(lookAt([first, first, other, {}, first])).toEqual([
      ['allocationsPaused'],
      [],
      ['allocationsPaused'],
      [],
      ['allocationsPaused'],
    ]);
  });
});

it('what was told before a restart is not told again', () => {
  const view = { ...done, consumers: [silent], recent: endings(0, 20) };
  const { memory } = decideEvents({ ...working, ...view }, emptyMemory, settings);
  expect(lookAt([view], memory)).toEqual([[]]);
});

it('what nobody wants to be told is not remembered as told', () => {
  const everything = { ...done, consumers: [silent, faulty], recent: endings(0, 20) };
  const { events, memory } = decideEvents({ ...working, ...everything }, emptyMemory, none);
  expect(events).toEqual([]);
  expect(memory).toEqual(emptyMemory);
});

describe('the settings of hooks', () => {
  it.each([
    [{ campaignDone: {} }, 'a command or a webhook'],
    [{ campaignDone: { command: [] } }, 'name the program'],
    [{ campaignDone: { command: 'mail me' } }, 'array'],
    [{ campaignDone: { command, every: '1h' } }, 'every'],
    [{ campaignFinished: { command } }, 'campaignFinished'],
    [{ failureRate: { command } }, 'above'],
    [{ failureRate: { command, above: 30 } }, 'above'],
    [{ nothingFinished: { command } }, 'for'],
    [{ nothingFinished: { command, for: 'long' } }, 'for'],
    [{ nodeStopped: { webhook: { url: 'http://example.org/hook' } } }, 'https'],
    [{ nodeStopped: { webhook: { url: 'example.org' } } }, 'https'],
    [{ nodeStopped: { command, timeout: 0 } }, 'greater than 0'],
  ])('%j are refused', (raw, word) => {
    expect(() => hookSettingsSchema.parse(raw)).toThrow(word);
  });

  it.each(['https://example.org/hook', 'http://127.0.0.1:8080/', 'http://localhost/x', 'http://[::1]:1/'])(
    'take the webhook %s',
    (url) => {
      expect(hookSettingsSchema.parse({ nodeStopped: { webhook: { url } } }).nodeStopped?.timeout).toBe(30);
    },
  );

  it('know four events', () => {
    expect(Object.keys(none)).toEqual([...hookEvents]);
  });
});
