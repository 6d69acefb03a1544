import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { listLanes } from '../core/redis/lane-names.ts';
import { queueNameOf, queuePrefix } from '../core/job/queue-names.ts';

/** Knows when something has happened on the queue. */
export interface QueueWatch {
  /** Resolves at the next event, or after `longestMs`, or when `signal` is aborted. One caller at a time. */
  next(longestMs: number, signal: AbortSignal): Promise<void>;
  stop(): void;
}

/** One read waits so long, and is asked again. */
const blockMs = 5000;
/** Between two tries while Redis is down, or forbids it. */
const retryMs = 5000;

/**
 * Waits on BullMQ's streams of events, those of all lanes, on a connection of its own. An event is only a wake-up hint: they get lost, so the finished sets
 * are read at every round all the same, and without any event as often as before.
 */
export function watchQueue(redis: Redis, campaignId: string): QueueWatch {
  const keyOf = (lane: string): string => `${queuePrefix(campaignId)}:${queueNameOf(lane)}:events`;
  const stopped = new AbortController();
  const connection = redis.duplicate();
  // What is wrong with Redis is said of the connection beside this one.
  connection.on('error', () => undefined);
  let hasNews = false;
  let wake: (() => void) | undefined;
  const listen = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      try {
        // Asked again each time: a lane may get its first job meanwhile.
        const keys = (await listLanes(connection, campaignId)).map(keyOf);
        const ends = keys.map(() => '$');
        const events = await connection.xread('COUNT', 1, 'BLOCK', blockMs, 'STREAMS', ...keys, ...ends);
        if (events === null) continue;
        hasNews = true;
        wake?.();
      } catch {
        await delay(retryMs, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
      }
    }
  };
  void listen();
  return {
    async next(longestMs, signal) {
      if (!hasNews && !signal.aborted) {
        const over = new AbortController();
        const news = new Promise<void>((resolve) => (wake = resolve));
        const either = AbortSignal.any([over.signal, signal]);
        await Promise.race([news, delay(longestMs, undefined, { signal: either }).catch(() => undefined)]);
        over.abort();
        wake = undefined;
      }
      hasNews = false;
    },
    stop() {
      stopped.abort();
      connection.disconnect();
    },
  };
}
