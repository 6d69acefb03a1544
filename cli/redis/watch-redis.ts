import type { Redis } from 'ioredis';
import type { OutageLog } from '../../core/redis/outage-log.ts';

const lookMs = 5000;
/** Looks without an answer after which Redis is down. Counted, not timed: a blocked process reads its answers late. */
const patientLooks = 2;

/**
 * Tells the log when Redis goes away, also when it only falls silent: commands wait meanwhile instead of failing, so
 * nobody else would say so.
 */
export function watchRedis(redis: Redis, outage: OutageLog): { stop(): void } {
  let looksWithoutAnswer: number | undefined;
  const ask = async (): Promise<void> => {
    looksWithoutAnswer = 0;
    try {
      await redis.ping();
      outage.answered();
    } catch {
      // The error event has said why.
    } finally {
      looksWithoutAnswer = undefined;
    }
  };
  const look = (): void => {
    if (looksWithoutAnswer === undefined) {
      void ask();
      return;
    }
    // While it is not connected, error events say so; what waits to be sent is no silence.
    looksWithoutAnswer = redis.status === 'ready' ? looksWithoutAnswer + 1 : 0;
    if (looksWithoutAnswer >= patientLooks)
      outage.failed(new Error(`no answer for ${(patientLooks * lookMs) / 1000} s`));
  };
  const lost = (error: Error): void => outage.failed(error);
  const ready = (): void => outage.answered();
  redis.on('error', lost);
  redis.on('ready', ready);
  const timer = setInterval(look, lookMs).unref();
  return {
    stop: () => {
      clearInterval(timer);
      redis.off('error', lost);
      redis.off('ready', ready);
    },
  };
}
