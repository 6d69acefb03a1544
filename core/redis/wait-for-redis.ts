import { createBackoff } from '../backoff.ts';
import { OactError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { createOutageLog } from './outage-log.ts';

const retries = { firstMs: 500, longestMs: 20_000 };

export interface WaitOptions {
  /** Aborted when nobody waits any more. */
  signal: AbortSignal;
  log: Logger;
  /** How long to wait at most; null: until the signal. */
  timeoutSeconds: number | null;
  /** Whether waiting may help; default: Redis cannot be reached. A Redis that loads its file counts as that. */
  isAway?: (error: OactError) => boolean;
}

/**
 * Tries until Redis is there, with growing pauses; says so once, and once more when it is over. The address is looked up
 * anew by each `attempt`, because the server may come back on another node.
 * @returns undefined when the signal ended the wait
 * @throws what `attempt` throws and waiting does not mend; REDIS_UNREACHABLE when the time is over
 */
export async function waitForRedis<T>(
  attempt: () => Promise<T>,
  { signal, log, timeoutSeconds, isAway = isUnreachable }: WaitOptions,
): Promise<T | undefined> {
  const outage = createOutageLog(log, {
    away: 'Redis cannot be reached: waiting for it',
    back: 'Redis answers again',
  });
  const stopped = new Promise<undefined>((resolve) =>
    signal.addEventListener('abort', () => resolve(undefined), { once: true }),
  );
  const giveUpMs = timeoutSeconds === null ? Infinity : performance.now() + timeoutSeconds * 1000;
  const backoff = createBackoff(retries);
  while (!signal.aborted) {
    try {
      const found = await Promise.race([attempt(), stopped]);
      if (found !== undefined) outage.answered();
      return found;
    } catch (error) {
      if (!(error instanceof OactError) || !isAway(error)) throw error;
      const leftMs = giveUpMs - performance.now();
      if (leftMs <= 0) throw explainGivenUp(error, timeoutSeconds ?? 0);
      outage.failed(error);
      await backoff.pause({ signal, atMostMs: leftMs });
    }
  }
  return undefined;
}

function isUnreachable(error: OactError): boolean {
  return error.code === 'REDIS_UNREACHABLE';
}

function explainGivenUp(error: OactError, seconds: number): OactError {
  return new OactError('REDIS_UNREACHABLE', `gave up after ${Math.round(seconds)} s: ${error.message}`, {
    ...(error.hint !== undefined && { hint: error.hint }),
    cause: error,
  });
}
