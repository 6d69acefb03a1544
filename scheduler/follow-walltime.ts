import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../core/logger.ts';
import { askScheduler } from './ask-scheduler.ts';
import type { Allocation } from './read-allocation.ts';
import { schedulers } from './schedulers.ts';
import type { Walltime } from './walltime.ts';

/** Answers are rounded to seconds and take a moment: smaller moves are none. */
const leastMoveMs = 5000;

/**
 * How long until the next question, in seconds: a twentieth of what is left, so that a thousand nodes do not burden the
 * scheduler, and at most once a minute. What an administrator does meanwhile, its signals tell.
 */
export function pollSeconds(leftSeconds: number): number {
  return Math.min(600, Math.max(60, leftSeconds / 20));
}

/**
 * Follows the end of the allocation until `ended`. Resolves when it is known or cannot be told: a consumer whose
 * environment says it need not wait for the scheduler, whom all nodes of an allocation would ask in the same second.
 */
export async function followWalltime(
  walltime: Walltime,
  allocation: Allocation,
  options: {
    log: Logger;
    ended: AbortSignal;
    /** Shorter in tests, seconds. */
    pollSeconds?: number;
  },
): Promise<void> {
  const { log, ended } = options;
  const { scheduler, allocationId } = allocation;
  if (scheduler === null || allocationId === null) return;
  const question = schedulers[scheduler].askTimeLeft(allocationId);
  let hasFailed = false;
  const ask = async (): Promise<void> => {
    try {
      const left = await askScheduler(question, 'when this allocation ends', () => new Date());
      hasFailed = false;
      adjust(left);
    } catch (error) {
      if (!hasFailed) log.warn({ err: error }, 'the end of the allocation is not known, or may have moved');
      hasFailed = true;
    }
  };
  const adjust = (leftSeconds: number): void => {
    const before = walltime.endsAt();
    const endsAt = leftSeconds === Infinity ? null : new Date(Date.now() + leftSeconds * 1000);
    if (Math.abs((endsAt?.getTime() ?? Infinity) - (before?.getTime() ?? Infinity)) < leastMoveMs) return;
    if (before === null && endsAt === null) return;
    if (before !== null) log.warn({ before, endsAt }, 'the end of the allocation was moved');
    walltime.move(endsAt);
  };
  let isFirst = true;
  const goOn = async (): Promise<void> => {
    while (!ended.aborted) {
      const leftSeconds = ((walltime.endsAt()?.getTime() ?? Infinity) - Date.now()) / 1000;
      // All nodes of an allocation start in the same second: the first questions are spread over the whole wait.
      const share = isFirst ? Math.random() : 0.9 + 0.2 * Math.random();
      isFirst = false;
      const waitSeconds = (options.pollSeconds ?? pollSeconds(leftSeconds)) * share;
      await delay(waitSeconds * 1000, undefined, { signal: ended, ref: false }).catch(() => undefined);
      if (!ended.aborted) await ask();
    }
  };
  if (allocation.endsAt === null) await ask();
  void goOn();
}
