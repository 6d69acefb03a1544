/** Keeps a thousand nodes of one allocation from reaching Redis in the same moment. */

/** So much for each node of the allocation: fewer connections than a server lets wait, and Redis answers them meanwhile. */
const perNodeMs = 5;
const longestMs = 3000;

/**
 * How long a consumer waits before it goes to Redis: nothing alone, up to 0.16 s among 32, up to 3 s among 600 and more.
 * @param draw from 0 to 1
 */
export function startDelayMs(nodeCount: number, draw: number): number {
  return nodeCount > 1 ? Math.min(nodeCount * perNodeMs, longestMs) * draw : 0;
}
