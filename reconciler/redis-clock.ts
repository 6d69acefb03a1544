/** Notices when the clock of Redis, by which locks end, is set ahead. */
import { monotonicMs } from '../core/monotonic-clock.ts';
import { parseRedisInfo } from '../core/redis/check-redis.ts';

/** What Redis's clock showed at some time between two looks at this machine's, ms. */
export interface ClockLook {
  beforeMs: number;
  redisMs: number;
  afterMs: number;
}

/** Clocks of two machines drift apart by less within a minute, and no lock is so short. */
const leastStepMs = 1000;

/**
 * By how much Redis's clock was set ahead between two looks at the least, ms, however long its answers took; 0: it was not, or was set
 * back, which only lengthens locks.
 */
export function stepAheadMs(first: ClockLook | undefined, second: ClockLook): number {
  if (first === undefined) return 0;
  const step = second.redisMs - first.redisMs - (second.afterMs - first.beforeMs);
  return step < leastStepMs ? 0 : step;
}

/** Undefined: this Redis does not say what time it is. Rejects while Redis is down. */
export async function lookAtClock(client: { info(): Promise<string> }): Promise<ClockLook | undefined> {
  const beforeMs = monotonicMs();
  const redisMs = parseRedisInfo(await client.info()).clockMs;
  return redisMs === 0 ? undefined : { beforeMs, redisMs, afterMs: monotonicMs() };
}
