import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a promise, but not for ever. @returns false when the time was over or `cut` was aborted */
export async function settledWithin(
  promise: Promise<unknown>,
  seconds: number,
  cut?: AbortSignal,
): Promise<boolean> {
  const over = new AbortController();
  const signal = cut ? AbortSignal.any([over.signal, cut]) : over.signal;
  const timeUp = delay(seconds * 1000, false, { signal }).catch(() => false);
  const isSettled = await Promise.race([promise.then(() => true).catch(() => true), timeUp]);
  over.abort();
  return isSettled;
}
