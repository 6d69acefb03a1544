/** Makes guessing of the token slow, and keeps nobody out who has it. */
import { setTimeout as delay } from 'node:timers/promises';

const firstMs = 250;
const longestMs = 8000;
/** Failures that wait at a time; more are refused without a wait, so that they do not fill the memory. */
const mostWaiting = 16;
/** After so long without a failure, the first is slow no more. */
const forgetMs = 60_000;

/** How long the answer to the n-th failure in a row waits. */
export function failureDelayMs(failures: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1));
}

/** Counts failures of all clients together: an attacker has many addresses. */
export interface FailureBrake {
  /** Waits, longer each time. @returns false when too many wait already */
  failed(): Promise<boolean>;
  succeeded(): void;
}

export function createFailureBrake(
  wait: (ms: number) => Promise<unknown> = delay,
  now = () => performance.now(),
): FailureBrake {
  let failures = 0;
  let lastMs = -Infinity;
  let waiting = 0;
  return {
    async failed() {
      if (now() - lastMs > forgetMs) failures = 0;
      lastMs = now();
      failures += 1;
      if (waiting >= mostWaiting) return false;
      waiting += 1;
      await wait(failureDelayMs(failures)).finally(() => (waiting -= 1));
      return true;
    },
    succeeded: () => (failures = 0),
  };
}
