import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Feed, Message } from './feed.ts';
import type { SharedPolls } from './shared-poll.ts';

/** A reader that is so far behind, on a tunnel that hangs, is let go; its page connects again. */
const longestBacklog = 1000;

/** Answers with server-sent events: what the feed of this name says, until the page is closed. */
export function streamEvents(
  context: Context,
  polls: SharedPolls,
  name: string,
  makeFeed: () => Feed,
): Response {
  // No compression, no buffering by a proxy on the way.
  context.header('X-Accel-Buffering', 'no');
  return streamSSE(context, async (stream) => {
    const backlog: Message[] = [];
    const reader = { isGone: false, wake: (): void => undefined };
    const stop = polls.listen(name, makeFeed, (message) => {
      if (reader.isGone) return;
      reader.isGone = backlog.push(message) > longestBacklog;
      reader.wake();
    });
    stream.onAbort(() => {
      reader.isGone = true;
      reader.wake();
    });
    try {
      while (!reader.isGone) {
        const message = backlog.shift();
        if (message) await stream.writeSSE({ event: message.event, data: JSON.stringify(message.data) });
        else await new Promise<void>((resolve) => Object.assign(reader, { wake: resolve }));
      }
    } finally {
      stop();
    }
  });
}
