import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { Outcome } from '../core/outcome.ts';
import type { JobResult } from '../core/result.ts';
import { type HeldJob, isRefusal } from './held-job.ts';

const firstRetryMs = 250;
const longestRetryMs = 30_000;
/** What a Redis that is there needs, many times over. */
const lastChanceMs = 2000;

/** What Bull Board shows for a failed job: class and ORCA's own words, no stack. */
export function renderFailure(outcome: Exclude<Outcome, { kind: 'completed' }>): string {
  return outcome.kind === 'timed_out'
    ? `timed_out: ${outcome.reason}`
    : `${outcome.class}: ${outcome.reason}`;
}

export function failureOf(message: string): Error {
  const error = new Error(message);
  error.stack = message;
  return error;
}

/**
 * Does one call to Redis until it is accepted or refused for good. The lock is renewed meanwhile by
 * `keepLocks`, so an outage shorter than the lock costs nothing.
 * @param giveUp aborted when the process must end: the result is on disk, the lock will expire
 */
export async function untilAnswered(
  action: () => Promise<unknown>,
  log: Logger,
  giveUp: AbortSignal,
): Promise<'accepted' | 'refused' | 'given_up'> {
  for (let waitMs = firstRetryMs; ; waitMs = Math.min(waitMs * 2, longestRetryMs)) {
    try {
      await answerOf(action(), giveUp);
      return 'accepted';
    } catch (error) {
      if (isRefusal(error)) {
        log.warn(
          { err: messageOf(error) },
          'the queue refused the answer: another consumer owns the job now',
        );
        return 'refused';
      }
      if (waitMs === firstRetryMs)
        log.warn({ err: messageOf(error) }, 'the queue did not take the answer; trying again');
    }
    if (giveUp.aborted) return 'given_up';
    await delay(waitMs * (0.75 + Math.random() / 2), undefined, { signal: giveUp }).catch(() => undefined);
  }
}

/** Waits for the answer to a call, after `giveUp` only a moment longer: while Redis is away a call never ends. */
async function answerOf(call: Promise<unknown>, giveUp: AbortSignal): Promise<void> {
  const answered = new AbortController();
  const { signal } = answered;
  const noAnswer = async (): Promise<never> => {
    if (!giveUp.aborted) await once(giveUp, 'abort', { signal });
    await delay(lastChanceMs, undefined, { signal });
    throw new Error('Redis does not answer');
  };
  try {
    await Promise.race([call, noAnswer()]);
  } finally {
    answered.abort();
  }
}

/** Tells the queue how a job ended: `completed` with the result, `failed` with class and words. */
export async function ackResult(
  held: HeldJob,
  result: JobResult,
  log: Logger,
  giveUp: AbortSignal,
): Promise<void> {
  const { outcome } = result;
  await untilAnswered(
    () =>
      outcome.kind === 'completed'
        ? held.job.moveToCompleted(result, held.token, false)
        : held.job.moveToFailed(failureOf(renderFailure(outcome)), held.token, false),
    log,
    giveUp,
  );
}

/** Gives the job back to the head of the queue; the attempt is not spent. */
export async function handBack(held: HeldJob, log: Logger, giveUp: AbortSignal): Promise<void> {
  await untilAnswered(() => held.job.moveToWait(held.token), log, giveUp);
}
