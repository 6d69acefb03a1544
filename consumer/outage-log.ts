import { messageOf } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';

/** One line when Redis goes away and one when it is back, however many errors come between. */
export interface OutageLog {
  failed(error: unknown): void;
  answered(): void;
}

export function createOutageLog(log: Logger): OutageLog {
  let awaySinceMs: number | undefined;
  return {
    failed(error) {
      if (awaySinceMs !== undefined) return;
      awaySinceMs = Date.now();
      log.warn({ err: messageOf(error) }, 'Redis does not answer: running jobs go on, results wait on disk');
    },
    answered() {
      if (awaySinceMs === undefined) return;
      log.info({ seconds: Math.round((Date.now() - awaySinceMs) / 1000) }, 'Redis answers again');
      awaySinceMs = undefined;
    },
  };
}
