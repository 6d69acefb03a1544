import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { OutageLog } from '../../core/redis/outage-log.ts';

/** What a Redis that is there needs for an answer, many times over. */
const lastChanceMs = 5000;

/**
 * Waits for work that asks Redis. While Redis is down that takes as long as it takes, so after a stop signal the work is
 * left behind; all of it can be done again.
 */
export async function giveUpOnRedis<T>(
  work: Promise<T>,
  outage: OutageLog,
  stop: AbortSignal,
): Promise<T | 'given_up'> {
  const ended = new AbortController();
  const { signal } = ended;
  const hopeless = async (): Promise<'given_up'> => {
    if (!stop.aborted) await once(stop, 'abort', { signal });
    do await delay(lastChanceMs, undefined, { signal });
    while (!outage.isAway);
    return 'given_up';
  };
  const giveUp = hopeless();
  // Ended by the work, which the race has taken by then.
  giveUp.catch(() => undefined);
  // Left behind, it may fail later.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, giveUp]);
  } finally {
    ended.abort();
  }
}
