import { setTimeout as delay } from 'node:timers/promises';

/** Growing pauses between tries of something that fails for a while. */
export interface Backoff {
  /** How long the next pause is, ms; each is twice as long as the one before. */
  nextMs(): number;
  /**
   * Waits for it.
   * @param options.signal ends the pause, without an error
   * @param options.atMostMs ends it, too
   */
  pause(options: { signal: AbortSignal; atMostMs?: number }): Promise<void>;
  /** It worked: the next pause is the first one again. */
  reset(): void;
}

/**
 * Pauses from `firstMs` to `longestMs`, each a quarter longer or shorter by chance: 10,000 consumers that lost Redis in the same
 * moment must not come back in the same moment.
 */
export function createBackoff(
  { firstMs, longestMs }: { firstMs: number; longestMs: number },
  random: () => number = Math.random,
): Backoff {
  let baseMs = firstMs;
  const nextMs = (): number => {
    const pauseMs = baseMs * (0.75 + random() / 2);
    baseMs = Math.min(baseMs * 2, longestMs);
    return pauseMs;
  };
  return {
    nextMs,
    async pause({ signal, atMostMs = Infinity }) {
      await delay(Math.min(nextMs(), atMostMs), undefined, { signal }).catch(() => undefined);
    },
    reset() {
      baseMs = firstMs;
    },
  };
}
