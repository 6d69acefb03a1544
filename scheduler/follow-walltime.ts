/** Follows the end of the allocation, which an administrator may move while the consumer runs. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../core/logger.ts';
import { askScheduler } from './ask-scheduler.ts';
import type { Allocation } from './read-allocation.ts';
import { schedulers } from './schedulers.ts';
import type { Walltime } from './walltime.ts';

/** Answers are rounded to seconds and take a moment: smaller moves are none. */
const leastMoveMs = 5000;
/** The scripts' own warning comes so long before the end: who is nearer to it at the start has a clock that is wrong. */
const warningSeconds = 300;
/** Until an answer that cannot be right is asked for again. */
const secondLookSeconds = 5;

/**
 * How long until the next question, in seconds: a twentieth of what is left, so that a thousand nodes do not burden the
 * scheduler, and at most once a minute. What an administrator does meanwhile, its signals tell.
 */
export function pollSeconds(leftSeconds: number): number {
  return Math.min(600, Math.max(60, leftSeconds / 20));
}

/** Whether an end that the environment names at the start of a consumer needs a second source. */
function isDoubtfulEnd(endsAt: Date | null, now: Date): boolean {
  return endsAt !== null && endsAt.getTime() - now.getTime() <= warningSeconds * 1000;
}

interface FollowOptions {
  log: Logger;
  ended: AbortSignal;
  /** Shorter in tests, seconds. */
  pollSeconds?: number;
  secondLookSeconds?: number;
}

/**
 * Follows the end of the allocation until `ended`. Resolves when it is known or cannot be told: a consumer whose
 * environment says it need not wait for the scheduler, whom all nodes of an allocation would ask in the same second.
 * An end in the past, or nearer than the script's own warning, is not believed before the scheduler has said so, too, and
 * a scheduler that says that nothing is left is asked twice.
 */
export async function followWalltime(
  walltime: Walltime,
  allocation: Allocation,
  options: FollowOptions,
): Promise<void> {
  const { log, ended } = options;
  if (allocation.scheduler === null || allocation.allocationId === null) return;
  const scheduler = schedulers[allocation.scheduler];
  const question = scheduler.askTimeLeft(allocation.allocationId);
  const pause = (seconds: number): Promise<unknown> =>
    delay(seconds * 1000, undefined, { signal: ended, ref: false }).catch(() => undefined);
  let hasFailed = false;
  const askLeft = (): Promise<number> =>
    askScheduler(scheduler, question, 'when this allocation ends', () => new Date());
  const ask = async (): Promise<void> => {
    try {
      let left = await askLeft();
      if (left <= 0) {
        log.warn('the scheduler reports that the walltime is over while this consumer runs: asking again');
        await pause(options.secondLookSeconds ?? secondLookSeconds);
        left = await askLeft();
      }
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
  const keepAsking = async (): Promise<void> => {
    while (!ended.aborted) {
      const leftSeconds = ((walltime.endsAt()?.getTime() ?? Infinity) - Date.now()) / 1000;
      // All nodes of an allocation start in the same second: the first questions are spread over the whole wait.
      const share = isFirst ? Math.random() : 0.9 + 0.2 * Math.random();
      isFirst = false;
      await pause((options.pollSeconds ?? pollSeconds(leftSeconds)) * share);
      if (!ended.aborted) await ask();
    }
  };
  const { endsAt } = allocation;
  if (isDoubtfulEnd(endsAt, new Date())) {
    log.warn({ endsAt }, 'the environment gives an end that is past or very near: asking the scheduler');
    walltime.move(null);
  }
  if (walltime.endsAt() === null) await ask();
  // Nobody contradicts an end that is near: believing it costs less than a job that is cut off.
  if (hasFailed && endsAt !== null && endsAt > new Date()) walltime.move(endsAt);
  void keepAsking();
}
