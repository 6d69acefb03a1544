import { setTimeout as delay } from 'node:timers/promises';
import { OactError } from '../core/errors.ts';
import { jobFieldsOf } from '../core/job/job-fields.ts';
import { noteStart, parseHistory } from '../core/job/job-history.ts';
import type { Logger } from '../core/logger.ts';
import type { JobPayload } from '../core/job/payload.ts';
import type { JobResult } from '../core/job/result.ts';
import { maySignalBeTheCause } from '../orca/verdict/failure-classes.ts';
import { formulaOf } from '../orca/structure/formula.ts';
import { adoptResult, checkOwner } from './files/adopt-result.ts';
import { answerCancelled } from './queue/answer-cancelled.ts';
import { answerFault } from './queue/answer-fault.ts';
import { ackResult, failJob } from './queue/ack-job.ts';
import { checkJobDir } from './files/check-job-dir.ts';
import type { MaskCheck } from './process/check-masks.ts';
import { decideFetchedJob, type FetchedJobDecision } from './queue/decide-fetched-job.ts';
import { findMarker } from './files/find-marker.ts';
import { handBack, handBackInterrupted, putOff } from './queue/hand-back.ts';
import type { HeldJob, InterruptReason } from './queue/held-job.ts';
import { mustFence } from './queue/keep-locks.ts';
import { guardRun, releaseRun } from './process/guard-run.ts';
import { writeHistory } from './queue/note-history.ts';
import { finishRun, type NodeSetup, runJob } from './run/run-job.ts';
import type { Guard } from './process/start-guard.ts';

/** A scheduler signals all processes of a node one after the other; ORCA may hear it first, and end. */
const signalSpreadMs = 2000;

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
  | 'cancelled';

export interface HandleContext {
  campaignId: string;
  jobRoot: string;
  endsAt: Date | null;
  /** Until a job comes again that did not fit before the end of this allocation. */
  tooLateDelayMs: number;
  /** Every process here may have been told to end, ORCA's included. */
  terminated?: AbortSignal;
  longestJobSeconds: number | null;
  setup: NodeSetup;
  log: Logger;
  force: AbortSignal;
  /** Called as soon as the cores are free and no fault was found; publishing and the ack go on beside the next job. */
  onSlotFree: () => void;
  /** Stops this run should the consumer be killed or paused. */
  guard: Pick<Guard, 'watch' | 'release'>;
  lockSeconds: number;
  /** Reads back the masks of this run; null where slots are not pinned. */
  checkMasks: MaskCheck | null;
  /** Times a job may vanish with its node, meet a fault of ours, or be interrupted, before it is failed. */
  crashLimit: number;
  /** Called as soon as a fault is met, before the job is given back: no other one may be fetched into the same fault. */
  onFault: (error: unknown) => void;
  /** Wait before a job comes again after its first fault. */
  faultDelayMs: number;
}

/** The life of one job on this node, from the fetch to the answer. Never rejects. */
export async function handleJob(held: HeldJob, context: HandleContext): Promise<JobEnding> {
  const { job } = held;
  const decision = decideFetchedJob(job.data, {
    jobId: job.id,
    campaignId: context.campaignId,
    lostCount: job.stalledCounter,
    history: parseHistory(job.progress),
    crashLimit: context.crashLimit,
    endsAt: context.endsAt,
    now: new Date(),
  });
  const log = context.log.child({ ...jobFieldsOf(job.id), slot: held.slot.slot });
  if (decision.kind === 'refuse') return refuse(held, decision.reason, log, context);
  try {
    return await answerOrRun(held, decision, log, context);
  } catch (error) {
    if (error instanceof OactError && error.code === 'JOB_DIRECTORY_OUTSIDE') {
      return refuse(held, `payload_refused: ${error.message}`, log, context);
    }
    context.onFault(error);
    const { node } = context.setup;
    return answerFault(held, error, log, { ...context, node, giveUp: context.force });
  }
}

/** A result on disk counts before everything else; then come the reasons not to start ORCA. */
async function answerOrRun(
  held: HeldJob,
  decision: Exclude<FetchedJobDecision, { kind: 'refuse' }>,
  log: Logger,
  context: HandleContext,
): Promise<JobEnding> {
  const { payload } = decision;
  await checkJobDir(payload.jobDir, context.jobRoot);
  const adopted = await adoptResult(payload, log);
  if (adopted) return reportAdopted(held, adopted, log, context);
  if (decision.kind === 'give_up') return refuse(held, decision.reason, log, context);
  if (decision.kind === 'too_late') {
    await putOff(held, context.tooLateDelayMs, log, context.force);
    return 'too_late';
  }
  const marker = await findMarker(payload.jobDir);
  if (marker !== undefined) return refuse(held, `blocked: ${marker}`, log, context);
  const timeLimitSeconds = Math.min(payload.timeLimitSeconds, context.longestJobSeconds ?? Infinity);
  return runAndAnswer(held, { ...payload, timeLimitSeconds }, log, context);
}

async function runAndAnswer(
  held: HeldJob,
  payload: JobPayload,
  log: Logger,
  context: HandleContext,
): Promise<JobEnding> {
  noteTroubledStart(held, context);
  let ranFromMs: number | undefined;
  const ended = new AbortController();
  log.info({ name: held.job.name, cores: held.slot.cores, jobDir: payload.jobDir }, 'job started');
  const finished = await runJob(payload, held.slot, context.setup, {
    runId: held.runId,
    stop: held.stop.signal,
    force: context.force,
    log,
    beforeStart: () => {
      // This process may have been paused since the fetch, and the job be another's.
      if (mustFence(held.lockedAtMs, Date.now(), context.lockSeconds))
        held.stop.abort('lock_lost' satisfies InterruptReason);
    },
    onStart: (pid, dir) => {
      held.sessionId = pid;
      held.run = { dir, formula: formulaOf(payload.calculation.atoms), ended: ended.signal };
      ranFromMs = Date.now();
      guardRun(held, context.guard, context.lockSeconds);
      context.checkMasks?.(pid, held.slot, log, ended.signal);
    },
  }).finally(() => {
    ended.abort();
    releaseRun(held, context.guard);
    held.run = undefined;
    held.progress = undefined;
  });
  // What ended by itself is judged first: a fault of the node must be known before the next job is fetched into it.
  if (finished?.ending.kind !== 'exited') context.onSlotFree();
  if (!finished) {
    const published = await adoptResult(payload, log);
    if (published) return reportAdopted(held, published, log, context);
    throw new OactError('RESULT_INVALID', `the published result in ${payload.jobDir} has vanished`);
  }
  const { ending } = finished;
  const handBackContext = { ...context, node: context.setup.node, giveUp: context.force };
  if (ending.kind === 'interrupted') {
    if (held.stop.signal.reason === 'lock_lost') return 'fenced';
    if (held.stop.signal.reason === 'cancelled')
      return answerCancelled(held, payload, ranFromMs === undefined ? null : finished, log, context);
    // The drain came before ORCA did: nothing was interrupted.
    if (ranFromMs === undefined) {
      await handBack(held, log, context.force);
      return 'handed_back';
    }
    return handBackInterrupted(held, secondsSince(ranFromMs), log, handBackContext);
  }
  const wasStopped = async (failureClass: string): Promise<boolean> =>
    held.mayBeStopped === true ||
    (maySignalBeTheCause(failureClass) && (await comesWithin(context.terminated, signalSpreadMs)));
  const onJudged = context.onSlotFree;
  const result = await finishRun(payload, held.slot, context.setup, {
    ...finished,
    ending,
    wasStopped,
    onJudged,
  });
  if (!result && held.mayBeStopped === true) {
    log.warn('this consumer was paused, and its ORCA stopped meanwhile: the job is handed back');
    await handBack(held, log, context.force);
    return 'handed_back';
  }
  if (!result) {
    log.warn('ORCA has heard the signal, too, that stops this consumer: the job is handed back');
    return handBackInterrupted(held, secondsSince(ranFromMs ?? Date.now()), log, handBackContext);
  }
  checkOwner(result, payload);
  await ackResult(held, result, log, context.force);
  const seconds = (finished.finishedAt.getTime() - finished.startedAt.getTime()) / 1000;
  log.info({ outcome: result.outcome, seconds }, 'job finished');
  return result.outcome.kind;
}

function secondsSince(ms: number): number {
  return (Date.now() - ms) / 1000;
}

/** Whether a signal comes, or has come. */
async function comesWithin(signal: AbortSignal | undefined, ms: number): Promise<boolean> {
  if (signal === undefined || signal.aborted) return signal?.aborted === true;
  await delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
  return signal.aborted;
}

/**
 * A job with a past names its node at each start, so that one more loss can be told with the node's name. Not waited for:
 * it is only a note.
 */
function noteTroubledStart(held: HeldJob, context: HandleContext): void {
  const { job } = held;
  const history = parseHistory(job.progress);
  if (job.stalledCounter === 0 && history.node === null) return;
  const source = { node: context.setup.node, start: job.attemptsStarted, now: new Date() };
  void writeHistory(held, noteStart(history, source), context.lockSeconds).catch(() => undefined);
}

async function reportAdopted(
  held: HeldJob,
  result: JobResult,
  log: Logger,
  context: HandleContext,
): Promise<JobEnding> {
  context.onSlotFree();
  await ackResult(held, result, log, context.force);
  return result.outcome.kind;
}

async function refuse(
  held: HeldJob,
  reason: string,
  log: Logger,
  context: HandleContext,
): Promise<JobEnding> {
  context.onSlotFree();
  log.error({ reason }, 'job refused');
  await failJob(held, reason, log, context.force);
  return 'refused';
}
