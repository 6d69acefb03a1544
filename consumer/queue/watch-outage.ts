// Redis that is away for too long is taken for gone: its keeper died, and nobody took over.
import { monotonicMs } from '../../core/monotonic-clock.ts';
import type { OutageLog } from '../../core/redis/outage-log.ts';

interface OutageWatchParts {
  outage: Pick<OutageLog, 'isAway' | 'why'>;
  /** null: however long it takes. */
  giveUpSeconds: number | null;
  /** Called once, with why in words. */
  onGone: (why: string) => void;
}

/** @returns stops watching */
export function watchOutage({ outage, giveUpSeconds, onGone }: OutageWatchParts): () => void {
  if (giveUpSeconds === null) return () => undefined;
  let awaySinceMs: number | undefined;
  const timer = setInterval(
    () => {
      awaySinceMs = outage.isAway ? (awaySinceMs ?? monotonicMs()) : undefined;
      if (awaySinceMs === undefined || monotonicMs() - awaySinceMs < giveUpSeconds * 1000) return;
      clearInterval(timer);
      onGone(
        `Redis is down for ${Math.round(giveUpSeconds)} s and taken for gone: ${outage.why ?? 'no answer'}`,
      );
    },
    Math.min(1000, giveUpSeconds * 250),
  );
  return () => clearInterval(timer);
}
