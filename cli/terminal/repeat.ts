import { setTimeout as delay } from 'node:timers/promises';
import { listenForStop } from '../../core/stop-signal.ts';

/** Between two looks of `--watch`. */
const everyMs = 2000;

/** Shows once, or again and again until Ctrl+C; on a terminal each time from its top. */
export async function repeat(isWatching: boolean, show: () => void | Promise<void>): Promise<void> {
  if (!isWatching) return show();
  const stop = listenForStop();
  try {
    while (!stop.drain.aborted) {
      // Not by print, which shows control characters instead of sending them.
      if (process.stdout.isTTY) process.stdout.write('\u001B[2J\u001B[H');
      await show();
      await delay(everyMs, undefined, { signal: stop.drain }).catch(() => undefined);
    }
  } finally {
    stop.dispose();
  }
}
