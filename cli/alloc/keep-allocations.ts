/** Allocations by demand while `oact serve` runs: one round per interval, by whoever leads. */
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../core/errors.ts';
import { type RoundOptions, runAllocationRound } from './allocation-round.ts';

export interface KeepAllocationsOptions extends Omit<RoundOptions, 'now'> {
  /** Only one process of a campaign submits. */
  isLeader(): boolean;
}

/** A scheduler or database that is away ends nothing: the next round tries again. */
export function keepAllocations(options: KeepAllocationsOptions): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const { signal } = stopped;
  const intervalMs = 1000 * Math.min(...options.entries.map(({ entry }) => entry.interval));
  const said = new Map<string, string>();
  const rounds = async (): Promise<void> => {
    while (!signal.aborted) {
      if (options.isLeader()) await roundOnce(options, said);
      await delay(intervalMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const done = options.entries.length === 0 ? Promise.resolve() : rounds();
  return {
    stop: () => {
      stopped.abort();
      return done;
    },
  };
}

async function roundOnce(options: KeepAllocationsOptions, said: Map<string, string>): Promise<void> {
  const { log } = options;
  try {
    for (const { entry, reason, cancel, words } of await runAllocationRound({
      ...options,
      now: new Date(),
    })) {
      // What stays the same for hours is said once.
      const key = `${reason} ${cancel.length}`;
      if (said.get(entry) !== key) log.info({ entry, reason }, words);
      said.set(entry, key);
    }
  } catch (error) {
    log.warn({ err: messageOf(error) }, 'no look at the allocations: retried in the next round');
  }
}
