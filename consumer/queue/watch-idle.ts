// When a consumer has had nothing to do for long enough, and whether that is only because Redis gives no job out.
import { monotonicMs } from '../../core/monotonic-clock.ts';
import type { OutageLog } from '../../core/redis/outage-log.ts';

/** A fetch that has not returned so long after its own limit hangs: BullMQ waits for 10 s when jobs are delayed. */
const hangingFetchSeconds = 15;

export interface IdleWatch {
  /** There was something to do until now. */
  wasBusy(): void;
  /** A fetch brought nothing: ends the consumer when it is idle for long enough. */
  foundNothing(): void;
  stop(): void;
}

interface IdleParts {
  /** null: it never ends for that. */
  idleTimeoutSeconds: number | null;
  /** A fetch that began just before the idle timeout returns so much later. */
  longestFetchSeconds: number;
  outage: OutageLog;
  /** A job runs, or none may be fetched. */
  isBusy: () => boolean;
  onIdle: () => void;
  /** Jobs may wait behind a Redis that gives none out: the node is given back, but nobody says that the work is done. */
  onNoRedis: (why: string) => void;
}

/** Begins to count now. */
export function watchIdle(parts: IdleParts): IdleWatch {
  const { idleTimeoutSeconds, longestFetchSeconds, outage, isBusy, onIdle, onNoRedis } = parts;
  let lastBusyMs = monotonicMs();
  const isIdle = (allowanceSeconds: number): boolean => {
    if (isBusy()) lastBusyMs = monotonicMs();
    const limitSeconds = (idleTimeoutSeconds ?? Infinity) + allowanceSeconds;
    return monotonicMs() - lastBusyMs >= limitSeconds * 1000;
  };
  const endWithoutRedis = (): void => onNoRedis(outage.why ?? 'Redis does not answer');
  // A fetch does not return while Redis is down.
  const hanging = setInterval(() => {
    if (isIdle(longestFetchSeconds + hangingFetchSeconds)) endWithoutRedis();
  }, 1000);
  return {
    wasBusy: () => {
      lastBusyMs = monotonicMs();
    },
    foundNothing: () => {
      if (!isIdle(0)) return;
      if (outage.isAway) endWithoutRedis();
      else onIdle();
    },
    stop: () => clearInterval(hanging),
  };
}
