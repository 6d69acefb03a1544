import { setImmediate } from 'node:timers/promises';

/** So long one piece of work may keep the event loop: locks are renewed and signals seen within twice of it. */
const longestMs = 25;

/**
 * For long work in one thread: call and await the function between its steps. Once the steps have taken 25 ms, all else that waits for the
 * event loop has its turn.
 */
export function takeTurns(): () => Promise<void> | undefined {
  let sinceMs = performance.now();
  return () => {
    if (performance.now() - sinceMs < longestMs) return undefined;
    return setImmediate().then(() => void (sinceMs = performance.now()));
  };
}
