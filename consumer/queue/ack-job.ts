import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { cancelledClass } from '../../core/job/cancellation.ts';
import { messageOf } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { Outcome } from '../../core/job/outcome.ts';
import type { JobResult } from '../../core/job/result.ts';
import { explainRefusal, type HeldJob, isRefusal } from './held-job.ts';

const firstRetryMs = 250;
const longestRetryMs = 30_000;
/** What a Redis that is there needs, many times over. */
const lastChanceMs = 2000;

/** One answer to the queue. */
export interface Answer {
  send: () => Promise<unknown>;
  /** The states in which the job is when the queue has taken it. */
  states: readonly string[];
}

/** What Bull Board shows for a failed job: class and ORCA's own words, no stack. */
export function renderFailure(outcome: Exclude<Outcome, { kind: 'completed' }>): string {
  if (outcome.kind === 'timed_out') return `timed_out: ${outcome.reason}`;
  // The words of a cancellation name the class already, for those who see only the words.
  if (outcome.class === cancelledClass) return outcome.reason;
  return `${outcome.class}: ${outcome.reason}`;
}

/** The error for BullMQ. By its name it is final, also for a job that somebody added with attempts of BullMQ's own. */
function failureOf(message: string): Error {
  const error = new Error(message);
  error.name = 'UnrecoverableError';
  error.stack = message;
  return error;
}

/**
 * Sends one answer until it is accepted or refused for good. The lock is renewed meanwhile by
 * `keepLocks`, so an outage shorter than the lock costs nothing.
 * @param giveUp aborted when the process must end: the result is on disk, the lock will expire
 */
export async function untilAnswered(
  held: HeldJob,
  answer: Answer,
  log: Logger,
  giveUp: AbortSignal,
): Promise<'accepted' | 'refused' | 'given_up'> {
  for (let waitMs = firstRetryMs; ; waitMs = Math.min(waitMs * 2, longestRetryMs)) {
    try {
      await answerOf(answer.send(), giveUp);
      return 'accepted';
    } catch (error) {
      if (isRefusal(error)) return await settleRefusal(held, answer, error, log, giveUp);
      if (waitMs === firstRetryMs)
        log.warn({ err: messageOf(error) }, 'the queue did not take the answer; trying again');
    }
    if (giveUp.aborted) return 'given_up';
    await delay(waitMs * (0.75 + Math.random() / 2), undefined, { signal: giveUp }).catch(() => undefined);
  }
}

/**
 * A refusal may follow our own success: when the connection breaks between the call and its reply, ioredis or the loop above
 * sends the call again, and the queue finds no lock any more. The job's state tells the two apart.
 */
async function settleRefusal(
  held: HeldJob,
  answer: Answer,
  error: unknown,
  log: Logger,
  giveUp: AbortSignal,
): Promise<'accepted' | 'refused'> {
  const state = await answerOf(held.job.getState(), giveUp).catch(() => 'unknown');
  if (answer.states.includes(state)) {
    log.info({ state }, 'the queue has this answer already');
    return 'accepted';
  }
  log.warn({ err: messageOf(error), state }, `the queue refused the answer: ${explainRefusal(error, state)}`);
  return 'refused';
}

/** Waits for the answer to a call, after `giveUp` only a moment longer: while Redis is away a call never ends. */
async function answerOf<Reply>(call: Promise<Reply>, giveUp: AbortSignal): Promise<Reply> {
  const answered = new AbortController();
  const { signal } = answered;
  const noAnswer = async (): Promise<never> => {
    if (!giveUp.aborted) await once(giveUp, 'abort', { signal });
    await delay(lastChanceMs, undefined, { signal });
    throw new Error('Redis does not answer');
  };
  try {
    return await Promise.race([call, noAnswer()]);
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
  if (outcome.kind !== 'completed') return failJob(held, renderFailure(outcome), log, giveUp);
  const send = (): Promise<unknown> => held.job.moveToCompleted(result, held.token, false);
  await untilAnswered(held, { send, states: ['completed'] }, log, giveUp);
}

/**
 * Moves the job to `failed`.
 * @param words `class: reason`
 * @param first done before, at each try
 */
export async function failJob(
  held: HeldJob,
  words: string,
  log: Logger,
  giveUp: AbortSignal,
  first: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const send = async (): Promise<void> => {
    await first();
    await held.job.moveToFailed(failureOf(words), held.token, false);
  };
  await untilAnswered(held, { send, states: ['failed'] }, log, giveUp);
}
