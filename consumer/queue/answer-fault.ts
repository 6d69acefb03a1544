import { messageOf } from '../../core/errors.ts';
import { noteFault, parseHistory } from '../../core/job/job-history.ts';
import type { Logger } from '../../core/logger.ts';
import { failJob, untilAnswered } from './ack-job.ts';
import { explainWornOut } from './explain-worn-out.ts';
import type { HandBackContext } from './hand-back.ts';
import type { HeldJob } from './held-job.ts';
import { writeHistory } from './note-history.ts';

export interface FaultContext extends HandBackContext {
  /** Wait before the job comes again, doubled at each fault: time for another node to take it, or for the cause to pass. */
  faultDelayMs: number;
}

/**
 * Gives a job back that could not be run through no fault of ORCA's. It comes again later, behind others, because at the
 * head of the queue one bad job would stop node after node. After too many faults it is taken for the cause and failed; its record is not charged.
 * @returns whether the job is over
 */
export async function answerFault(
  held: HeldJob,
  error: unknown,
  log: Logger,
  context: FaultContext,
): Promise<'fault' | 'refused'> {
  const { job, token } = held;
  const { node, crashLimit, lockSeconds, giveUp } = context;
  const source = { node, start: job.attemptsStarted, now: new Date() };
  const history = noteFault(parseHistory(job.progress), messageOf(error), source);
  const { faults } = history;
  const wornOut = explainWornOut(history, job.stalledCounter, crashLimit);
  const note = (): Promise<void> => writeHistory(held, history, lockSeconds);
  if (wornOut !== undefined) {
    log.error({ err: error, faults }, 'fault: the job met too many and is failed');
    await failJob(held, wornOut, log, giveUp, note);
    return 'refused';
  }
  const delayMs = context.faultDelayMs * 2 ** (faults - 1);
  log.error({ err: error, faults, againInSeconds: delayMs / 1000 }, 'fault: the job is handed back');
  const send = async (): Promise<void> => {
    await note();
    await job.moveToDelayed(Date.now() + delayMs, token);
  };
  await untilAnswered(held, { send, states: ['delayed', 'waiting'] }, log, giveUp);
  return 'fault';
}
