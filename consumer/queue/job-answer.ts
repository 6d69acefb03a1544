// What the queue is answered about a held job: decided here, sent by answer-job.ts. Nothing here has an effect.
import { messageOf } from '../../core/errors.ts';
import { cancelledClass, describeCancellation } from '../../core/job/cancellation.ts';
import { type JobHistory, noteFault, noteHandBack, type NoteSource } from '../../core/job/job-history.ts';
import type { Outcome } from '../../core/job/outcome.ts';
import type { JobResult } from '../../core/job/result.ts';
import { explainWornOut } from './explain-worn-out.ts';

/** How a held job left this consumer. */
export type JobEnding =
  | 'completed'
  | 'failed'
  | 'timed_out'
  | 'handed_back'
  | 'refused'
  | 'fenced'
  | 'fault'
  | 'too_late'
  | 'passed_on'
  | 'cancelled';

/** A line of the log. An error is logged before the answer is sent, news after it. */
export interface AnswerNote {
  level: 'error' | 'info';
  message: string;
  fields: Record<string, unknown>;
}

interface Answered {
  ending: JobEnding;
  note?: AnswerNote;
}

/** The one answer to the queue about a held job. */
export type JobAnswer = Answered &
  (
    | { kind: 'complete'; result: JobResult }
    /** @param history written before the job is moved; null: nothing is counted */
    | { kind: 'fail'; words: string; history: JobHistory | null }
    /** Back to the head of the queue. */
    | { kind: 'hand_back'; history: JobHistory | null }
    /** It comes again after `delayMs`, behind others. */
    | { kind: 'put_off'; delayMs: number; history: JobHistory | null }
    /** The lock is another's: nothing is said. */
    | { kind: 'silent' }
  );

/** What is known of a held job's past when the answer is decided. */
export interface JobPast {
  history: JobHistory;
  /** Starts whose consumer vanished. */
  lostCount: number;
  /** Times it may vanish, meet a fault of ours, or be interrupted, before it is failed. */
  crashLimit: number;
  source: NoteSource;
}

/** What Bull Board shows for a failed job: class and ORCA's own words, no stack. */
export function renderFailure(outcome: Exclude<Outcome, { kind: 'completed' }>): string {
  if (outcome.kind === 'timed_out') return `timed_out: ${outcome.reason}`;
  // The words of a cancellation name the class already, for those who see only the words.
  if (outcome.class === cancelledClass) return outcome.reason;
  return `${outcome.class}: ${outcome.reason}`;
}

/** The answer that a published result asks for: `completed` with the result, `failed` with class and words. */
export function answerResult(result: JobResult, note?: AnswerNote): JobAnswer {
  const { outcome } = result;
  const about = { ending: outcome.kind, ...(note && { note }) };
  if (outcome.kind === 'completed') return { kind: 'complete', result, ...about };
  return { kind: 'fail', words: renderFailure(outcome), history: null, ...about };
}

/** The answer for a job whose ORCA a user stopped: what was computed before counts. */
export function answerCancelled(result: JobResult): JobAnswer {
  const note: AnswerNote = {
    level: 'info',
    message: 'job cancelled and stopped',
    fields: { outcome: result.outcome },
  };
  const answer = answerResult(result, note);
  return answer.ending === 'completed' ? answer : { ...answer, ending: 'cancelled' };
}

/** A job that must not run here or anywhere. @param reason `class: words` */
export function refuseJob(reason: string): JobAnswer {
  const note: AnswerNote = { level: 'error', message: 'job refused', fields: { reason } };
  return { kind: 'fail', words: reason, history: null, ending: 'refused', note };
}

/**
 * A job that needs more time than this allocation has left goes behind others that may fit, and comes again later, for an
 * allocation that has the time. Nothing is counted.
 */
export function putOffTooLate(delayMs: number): JobAnswer {
  return { kind: 'put_off', delayMs, history: null, ending: 'too_late' };
}

/** A retry that prefers another node than this one comes again in a moment, for one of them. Nothing is counted. */
export function passOn(delayMs: number): JobAnswer {
  const note: AnswerNote = {
    level: 'info',
    message: 'left to another node: an earlier attempt failed on this node',
    fields: { againInSeconds: delayMs / 1000 },
  };
  return { kind: 'put_off', delayMs, history: null, ending: 'passed_on', note };
}

/**
 * A job that could not be run through no fault of ORCA's comes again later, behind others, because at the head of the queue
 * one bad job would stop node after node. After too many faults it is taken for the cause and failed; its record is not charged.
 * @param firstDelayMs doubled at each fault: time for another node to take it, or for the cause to pass
 */
export function answerFault(error: unknown, past: JobPast, firstDelayMs: number): JobAnswer {
  const history = noteFault(past.history, messageOf(error), past.source);
  const { faults } = history;
  const words = explainWornOut(history, past.lostCount, past.crashLimit);
  if (words !== undefined) {
    const message = 'too many faults: the job fails';
    const note: AnswerNote = { level: 'error', message, fields: { err: error, faults } };
    return { kind: 'fail', words, history, ending: 'refused', note };
  }
  const delayMs = firstDelayMs * 2 ** (faults - 1);
  const fields = { err: error, faults, againInSeconds: delayMs / 1000 };
  const note: AnswerNote = { level: 'error', message: 'fault: the job is handed back', fields };
  return { kind: 'put_off', delayMs, history, ending: 'fault', note };
}

/**
 * A job that this node cannot take although it is good: the node sees the campaign under another path, or runs an older oact. It comes again
 * later, for another node. Nothing is counted, because the job has no part in it.
 */
export function answerUnfitNode(error: unknown, delayMs: number): JobAnswer {
  const fields = { err: error, againInSeconds: delayMs / 1000 };
  const note: AnswerNote = { level: 'error', message: 'fault of this node: the job is handed back', fields };
  return { kind: 'put_off', delayMs, history: null, ending: 'fault', note };
}

/** Why a run has no result of its own. */
export type Unfinished =
  | { why: 'lock_lost' }
  /** A user cancelled the job before ORCA started. */
  | { why: 'cancelled'; reason: string }
  /** This consumer was paused, and its guard may have stopped ORCA. */
  | { why: 'paused' }
  /** The drain, or the signal that began it, ended ORCA. @param ranSeconds null: ORCA had not started */
  | { why: 'drain' | 'walltime'; ranSeconds: number | null };

/**
 * The answer for a run without a result. An interrupted job goes back to the head of the queue; the attempt is not spent, its run directory
 * stays. One that is longer than every allocation would circle for ever: after too many ends of a walltime it is failed, here and
 * not at the next fetch, so that no node starts it once more.
 */
export function answerUnfinished(run: Unfinished, past: JobPast): JobAnswer {
  if (run.why === 'lock_lost') return { kind: 'silent', ending: 'fenced' };
  if (run.why === 'cancelled')
    return { kind: 'fail', words: describeCancellation(run.reason), history: null, ending: 'cancelled' };
  if (run.why === 'paused' || run.ranSeconds === null)
    return { kind: 'hand_back', history: null, ending: 'handed_back' };
  const history = noteHandBack(past.history, past.source, run.why === 'walltime');
  const words = explainWornOut(history, past.lostCount, past.crashLimit, run.ranSeconds);
  if (words !== undefined) {
    const message = 'job interrupted too often and failed';
    const note: AnswerNote = { level: 'error', message, fields: { reason: words } };
    return { kind: 'fail', words, history, ending: 'refused', note };
  }
  const fields = { handedBack: history.handedBack };
  const note: AnswerNote = { level: 'info', message: 'job interrupted and handed back', fields };
  return { kind: 'hand_back', history, ending: 'handed_back', note };
}
