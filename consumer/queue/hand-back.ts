import { noteHandBack, parseHistory } from '../../core/job/job-history.ts';
import type { Logger } from '../../core/logger.ts';
import { failJob, untilAnswered } from './ack-job.ts';
import { explainWornOut } from './explain-worn-out.ts';
import type { HeldJob } from './held-job.ts';
import { writeHistory } from './note-history.ts';

export interface HandBackContext {
  node: string;
  /** Interruptions after which the job is failed; its record is not charged. */
  crashLimit: number;
  lockSeconds: number;
  giveUp: AbortSignal;
}

const states = ['waiting', 'prioritized'];

/** Gives a job back to the head of the queue whose ORCA was never started: nothing is counted. */
export async function handBack(held: HeldJob, log: Logger, giveUp: AbortSignal): Promise<void> {
  await untilAnswered(held, { send: () => held.job.moveToWait(held.token), states }, log, giveUp);
}

/**
 * Gives a job back that needs more time than this allocation has left: behind others that may fit, and not at once, for an
 * allocation that has the time. Nothing is counted.
 */
export async function putOff(
  held: HeldJob,
  delayMs: number,
  log: Logger,
  giveUp: AbortSignal,
): Promise<void> {
  const send = (): Promise<void> => held.job.moveToDelayed(Date.now() + delayMs, held.token);
  await untilAnswered(held, { send, states: ['delayed', 'waiting'] }, log, giveUp);
}

/**
 * Gives an interrupted job back to the head of the queue; the attempt is not spent, its run directory stays. One that is
 * longer than every allocation would circle for ever: after too many interruptions it is failed, here and not at the next
 * fetch, so that no node starts it once more.
 * @param ranSeconds how long ORCA ran this time
 */
export async function handBackInterrupted(
  held: HeldJob,
  ranSeconds: number,
  log: Logger,
  context: HandBackContext,
): Promise<'handed_back' | 'refused'> {
  const { job, token } = held;
  const { node, crashLimit, lockSeconds, giveUp } = context;
  const source = { node, start: job.attemptsStarted, now: new Date() };
  const history = noteHandBack(parseHistory(job.progress), source);
  const wornOut = explainWornOut(history, job.stalledCounter, crashLimit, ranSeconds);
  const note = (): Promise<void> => writeHistory(held, history, lockSeconds);
  if (wornOut !== undefined) {
    log.error({ reason: wornOut }, 'job interrupted too often and failed');
    await failJob(held, wornOut, log, giveUp, note);
    return 'refused';
  }
  const send = async (): Promise<void> => {
    await note();
    await job.moveToWait(token);
  };
  await untilAnswered(held, { send, states }, log, giveUp);
  log.info({ handedBack: history.handedBack }, 'job interrupted and handed back');
  return 'handed_back';
}
