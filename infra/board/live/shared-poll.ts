import { messageOf } from '../../../core/errors.ts';
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
  timer: NodeJS.Timeout | undefined;
  hasLooked: boolean;
}

export function createSharedPolls(): SharedPolls {
  const polls = new Map<string, Poll>();

  const end = (name: string, poll: Poll): void => {
    clearTimeout(poll.timer);
    if (polls.get(name) === poll) polls.delete(name);
    poll.listeners.clear();
    poll.feed.close();
  };
  return {
    listen(name, makeFeed, listener) {
      let poll = polls.get(name);
      if (poll) {
        if (poll.hasLooked) for (const message of poll.feed.recall()) listener(message);
      } else {
        poll = { feed: makeFeed(), listeners: new Set(), timer: undefined, hasLooked: false };
        polls.set(name, poll);
        void keepLooking(poll);
      }
      const { listeners } = poll;
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) end(name, poll);
      };
    },
    stop: () => {
      for (const [name, poll] of polls) end(name, poll);
    },
  };
}

async function keepLooking(poll: Poll): Promise<void> {
  const startedMs = performance.now();
  const messages = await poll.feed.look().catch(describeTrouble);
  poll.hasLooked = true;
  for (const listener of poll.listeners) {
    for (const message of messages) listener(message);
    listener({ event: 'seen', data: { at: new Date().toISOString() } });
  }
  if (poll.listeners.size === 0) return;
  const tookMs = performance.now() - startedMs;
  poll.timer = setTimeout(() => void keepLooking(poll), Math.max(everyMs, tookMs / busyShare));
}

/** The page says so and stays as it is; the next look may succeed. */
function describeTrouble(error: unknown): Message[] {
  return [{ event: 'trouble', data: { message: messageOf(error) } }];
}
