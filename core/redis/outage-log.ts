import { messageOf, OactError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { explainRefusal } from './explain-refusal.ts';

/** One line when something goes away and one when it is back, however many errors come between. */
export interface OutageLog {
  readonly isAway: boolean;
  /** Why, in words; null while it is there. */
  readonly why: string | null;
  /** @param source what was asked for; without it, the connection itself is lost */
  failed(error: unknown, source?: string): void;
  /**
   * Any answer shows that the connection is there. A refusal (`OOM`, `READONLY`) is over only when the same source
   * is accepted, or else each question that passes meanwhile would end the outage, and the next refusal begin it.
   */
  answered(source?: string): void;
  /** This source asks no more, so it will not tell when the outage is over. */
  forget(source: string): void;
}

const connection = 'connection';

/** @param words the two lines, fixed: what varies goes into fields */
export function createOutageLog(log: Logger, words: { away: string; back: string }): OutageLog {
  const failing = new Set<string>();
  let awaySinceMs: number | undefined;
  let why: string | null = null;
  const settle = (): void => {
    if (awaySinceMs === undefined || failing.size > 0) return;
    log.info({ seconds: Math.round((performance.now() - awaySinceMs) / 1000) }, words.back);
    awaySinceMs = undefined;
    why = null;
  };
  return {
    get isAway() {
      return awaySinceMs !== undefined;
    },
    get why() {
      return why;
    },
    failed(error, source = connection) {
      failing.add(source);
      const known = explainRefusal(error) ?? error;
      why = messageOf(known);
      if (awaySinceMs !== undefined) return;
      awaySinceMs = performance.now();
      const hint = known instanceof OactError ? known.hint : undefined;
      log.warn({ err: why, ...(hint !== undefined && { hint }) }, words.away);
    },
    answered(source = connection) {
      failing.delete(connection);
      failing.delete(source);
      settle();
    },
    forget(source) {
      failing.delete(source);
      settle();
    },
  };
}
