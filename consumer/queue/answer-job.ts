// Sends the one answer about a held job to the queue, however long the queue is away.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { createBackoff } from '../../core/backoff.ts';
import { messageOf } from '../../core/errors.ts';
import type { JobHistory } from '../../core/job/job-history.ts';
import type { Logger } from '../../core/logger.ts';
import { explainRefusal, type HeldJob, isRefusal } from './held-job.ts';
import type { JobAnswer } from './job-answer.ts';

const retries = { firstMs: 250, longestMs: 30_000 };
/** What a Redis that is there needs, many times over. */
const lastChanceMs = 2000;

/** The states in which a job is when the queue has taken this answer. */
const statesAfter = {
  complete: ['completed'],
  fail: ['failed'],
  hand_back: ['waiting', 'prioritized'],
  put_off: ['delayed', 'waiting'],
} as const;

type SpokenAnswer = Exclude<JobAnswer, { kind: 'silent' }>;

export interface AnswerContext {
  log: Logger;
  lockSeconds: number;
  /** Aborted when the process must end: the result is on disk, the lock will expire. */
  giveUp: AbortSignal;
}

/**
 * Sends one answer until the queue accepts it or refuses it for good. The lock is renewed meanwhile by
 * `keepLocks`, so an outage shorter than the lock costs nothing.
 */
export async function sendAnswer(held: HeldJob, answer: JobAnswer, context: AnswerContext): Promise<void> {
  const { note } = answer;
  if (note?.level === 'error') context.log.error(note.fields, note.message);
  if (answer.kind !== 'silent') await untilAnswered(held, answer, context);
  if (note?.level === 'info') context.log.info(note.fields, note.message);
}

/** One try. The note of the job's past comes first: repeated, it changes nothing. */
async function sendOnce(held: HeldJob, answer: SpokenAnswer, lockSeconds: number): Promise<unknown> {
  const { job, token } = held;
  if (answer.kind === 'complete') return job.moveToCompleted(answer.result, token, false);
  if (answer.history !== null) await writeHistory(held, answer.history, lockSeconds);
  if (answer.kind === 'fail') return job.moveToFailed(failureOf(answer.words), token, false);
  if (answer.kind === 'hand_back') return job.moveToWait(token);
  return job.moveToDelayed(Date.now() + answer.delayMs, token);
}

/** The error for BullMQ. By its name it is final, also for a job that someone added with attempts of BullMQ's own. */
function failureOf(message: string): Error {
  const error = new Error(message);
  error.name = 'UnrecoverableError';
  error.stack = message;
  return error;
}

async function untilAnswered(held: HeldJob, answer: SpokenAnswer, context: AnswerContext): Promise<void> {
  const { log, lockSeconds, giveUp } = context;
  const backoff = createBackoff(retries);
  for (let isFirst = true; ; isFirst = false) {
    try {
      await answerOf(sendOnce(held, answer, lockSeconds), giveUp);
      return;
    } catch (error) {
      if (isRefusal(error)) return await reportRefusal(held, statesAfter[answer.kind], error, context);
      if (isFirst) log.warn({ err: messageOf(error) }, 'the queue did not accept the answer; retrying');
    }
    if (giveUp.aborted) return;
    await backoff.pause({ signal: giveUp });
  }
}

/**
 * A refusal may follow our own success: when the connection breaks between the call and its reply, ioredis or the loop above
 * sends the call again, and the queue finds no lock any more. The job's state tells the two apart.
 */
async function reportRefusal(
  held: HeldJob,
  states: readonly string[],
  error: unknown,
  { log, giveUp }: AnswerContext,
): Promise<void> {
  const state = await answerOf(held.job.getState(), giveUp).catch(() => 'unknown');
  if (states.includes(state)) log.info({ state }, 'the queue already has this answer');
  else
    log.warn(
      { err: messageOf(error), state },
      `the queue refused the answer: ${explainRefusal(error, state)}`,
    );
}

/** Waits for the answer to a call, after `giveUp` only a moment longer: while Redis is down a call never ends. */
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

/**
 * Writes what the job carries of its past, if the lock is still ours. BullMQ guards every other write by the token, but not
 * this one: a consumer that was paused for longer than its lock would put old counts over newer ones. The renewal just
 * before leaves it a few milliseconds for that, and the price would be one more round of a job that circles.
 * The note is of absolute counts, so that repeating it changes nothing.
 */
export async function writeHistory(held: HeldJob, history: JobHistory, lockSeconds: number): Promise<void> {
  const { job, token } = held;
  // Not ours any more: the move that follows is refused, and says so.
  if ((await job.extendLock(token, lockSeconds * 1000)) === 1) await job.updateProgress(history);
}
