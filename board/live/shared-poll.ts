import { messageOf } from '../../core/errors.ts';
import type { Feed, Message } from './feed.ts';

/** How often what is open is looked at. Consumers announce themselves every 10 s, and results come in batches. */
const everyMs = 2000;
/** A look may take this share of the time at most: a search over a million rows is repeated less often. */
const busyShare = 0.1;

type Listener = (message: Message) => void;

export interface SharedPolls {
  /**
   * Listens to the feed of this name, which is made for the first listener and closed after the last one, so that many open
   * pages cost what one costs.
   * @returns ends it
   */
  listen(name: string, makeFeed: () => Feed, listener: Listener): () => void;
  /** Ends all of them. */
  stop(): void;
}

interface Poll {
  feed: Feed;
  listeners: Set<Listener>;
  /** They are told everything after a look of their own: what was seen before they came may be over. */
  newcomers: Set<Listener>;
  timer: NodeJS.Timeout | undefined;
  isLooking: boolean;
}

export function createSharedPolls(): SharedPolls {
  const polls = new Map<string, Poll>();

  const end = (name: string, poll: Poll): void => {
    clearTimeout(poll.timer);
    if (polls.get(name) === poll) polls.delete(name);
    poll.listeners.clear();
    poll.newcomers.clear();
    poll.feed.close();
  };
  const open = (name: string, makeFeed: () => Feed): Poll => {
    const poll = {
      feed: makeFeed(),
      listeners: new Set<Listener>(),
      newcomers: new Set<Listener>(),
      timer: undefined,
      isLooking: false,
    };
    polls.set(name, poll);
    return poll;
  };
  return {
    listen(name, makeFeed, listener) {
      const poll = polls.get(name) ?? open(name, makeFeed);
      poll.newcomers.add(listener);
      if (!poll.isLooking) void keepLooking(poll);
      return () => {
        poll.listeners.delete(listener);
        poll.newcomers.delete(listener);
        if (isDeserted(poll)) end(name, poll);
      };
    },
    stop: () => {
      for (const [name, poll] of polls) end(name, poll);
    },
  };
}

const isDeserted = ({ listeners, newcomers }: Poll): boolean => listeners.size + newcomers.size === 0;

async function keepLooking(poll: Poll): Promise<void> {
  clearTimeout(poll.timer);
  poll.isLooking = true;
  const startedMs = performance.now();
  const newcomers = [...poll.newcomers];
  const messages = await poll.feed.look().catch(describeTrouble);
  poll.isLooking = false;
  const seen: Message = { event: 'seen', data: { at: new Date().toISOString() } };
  for (const listener of poll.listeners) for (const message of [...messages, seen]) listener(message);
  const trouble = messages.filter(({ event }) => event === 'trouble');
  for (const listener of newcomers) {
    // It may have left meanwhile.
    if (!poll.newcomers.delete(listener)) continue;
    poll.listeners.add(listener);
    for (const message of [...poll.feed.recall(), ...trouble, seen]) listener(message);
  }
  if (isDeserted(poll)) return;
  const tookMs = performance.now() - startedMs;
  const pauseMs = poll.newcomers.size > 0 ? 0 : Math.max(everyMs, tookMs / busyShare);
  poll.timer = setTimeout(() => void keepLooking(poll), pauseMs);
}

/** The page says so and stays as it is; the next look may succeed. */
function describeTrouble(error: unknown): Message[] {
  return [{ event: 'trouble', data: { message: messageOf(error) } }];
}
