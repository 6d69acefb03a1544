import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { createPartsFeed, type Feed, joinFeeds, type Message } from '../../../board/live/feed.ts';
import { createSharedPolls } from '../../../board/live/shared-poll.ts';

const dataOf = (messages: Message[], event: string): unknown[] =>
  messages.filter((message) => message.event === event).map(({ data }) => data);

it('only what has changed is told, and all of it to who begins to listen', async () => {
  const html: Record<string, string> = { counts: '1', nodes: 'n1' };
  const feed = createPartsFeed(() => Promise.resolve({ html: { ...html }, data: { chart: [1] } }));
  expect(await feed.look()).toHaveLength(3);
  expect(await feed.look()).toEqual([]);
  html['counts'] = '2';
  expect(await feed.look()).toEqual([{ event: 'html', data: { id: 'counts', text: '2' } }]);
  expect(feed.recall()).toHaveLength(3);
});

it('many listeners cost one look; the last one who leaves ends it', async () => {
  vi.useFakeTimers();
  const polls = createSharedPolls();
  let looks = 0;
  let made = 0;
  let closed = 0;
  const makeFeed = (): Feed => {
    made += 1;
    return {
      look: () => Promise.resolve([{ event: 'n', data: (looks += 1) }]),
      recall: () => [{ event: 'n', data: looks }],
      close: () => void (closed += 1),
    };
  };
  const heard: Message[][] = Array.from({ length: 50 }, () => []);
  const stops = heard.map((messages) => polls.listen('x', makeFeed, (message) => messages.push(message)));
  await vi.advanceTimersByTimeAsync(10_100);
  expect(made).toBe(1);
  // The first one came alone, the others during its look.
  expect(looks).toBe(7);
  expect(dataOf(heard[0] ?? [], 'n')).toEqual([1, 2, 3, 4, 5, 6, 7]);
  for (const messages of heard.slice(1)) expect(dataOf(messages, 'n')).toEqual([2, 3, 4, 5, 6, 7]);
  // Who comes later is told how things stand when it comes, not how they stood at the last look.
  const late: Message[] = [];
  stops.push(polls.listen('x', makeFeed, (message) => late.push(message)));
  await vi.advanceTimersByTimeAsync(0);
  expect(dataOf(late, 'n')).toEqual([8]);
  for (const stop of stops) stop();
  await vi.advanceTimersByTimeAsync(10_000);
  expect([looks, closed]).toEqual([8, 1]);
  polls.listen('x', makeFeed, () => undefined)();
  expect(made).toBe(2);
  polls.stop();
  vi.useRealTimers();
});

it('a look that fails is told, and the next one may succeed', async () => {
  vi.useFakeTimers();
  const polls = createSharedPolls();
  let looks = 0;
  const heard: Message[] = [];
  const makeFeed = (): Feed => ({
    look: () =>
      (looks += 1) === 1 ? Promise.reject(new Error('the database is locked')) : Promise.resolve([]),
    recall: () => [],
    close: () => undefined,
  });
  polls.listen('x', makeFeed, (message) => heard.push(message));
  await vi.advanceTimersByTimeAsync(2100);
  polls.stop();
  vi.useRealTimers();
  expect(dataOf(heard, 'trouble')).toEqual([{ message: 'the database is locked' }]);
  expect(dataOf(heard, 'seen')).toHaveLength(2);
});

it('what takes long is looked at less often', async () => {
  const polls = createSharedPolls();
  const starts: number[] = [];
  const makeFeed = (): Feed => ({
    look: async () => {
      starts.push(performance.now());
      await delay(300);
      return [];
    },
    recall: () => [],
    close: () => undefined,
  });
  const stop = polls.listen('x', makeFeed, () => undefined);
  await vi.waitFor(() => expect(starts).toHaveLength(2), { timeout: 15_000 });
  stop();
  expect((starts[1] ?? 0) - (starts[0] ?? 0)).toBeGreaterThan(3000);
});

it('feeds can be joined', async () => {
  const one = createPartsFeed(() => Promise.resolve({ html: { a: '1' }, data: {} }));
  const other = createPartsFeed(() => Promise.resolve({ html: {}, data: { b: 2 } }));
  const feed = joinFeeds([one, other]);
  expect((await feed.look()).map(({ event }) => event)).toEqual(['html', 'b']);
  expect(feed.recall()).toHaveLength(2);
});
