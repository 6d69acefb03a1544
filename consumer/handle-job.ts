// One held job: what is known of it, the run, and the one answer that the queue gets.
import type { KeyObject } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { OactError } from '../core/errors.ts';
import { describeCancellation } from '../core/job/cancellation.ts';
import { jobFieldsOf } from '../core/job/job-fields.ts';
import { jobDirOf } from '../core/job-dir/job-layout.ts';
import { noteStart, parseHistory } from '../core/job/job-history.ts';
import type { Logger } from '../core/logger.ts';
import type { JobPayload } from '../core/job/payload.ts';
import { maySignalBeTheCause } from '../orca/failures/catalogue.ts';
import { adoptResult, checkOwner } from './files/adopt-result.ts';
import { sendAnswer, writeHistory } from './queue/answer-job.ts';
import { checkJobDir, checkSamePlace } from './files/check-job-dir.ts';
import type { MaskCheck } from './process/check-masks.ts';
import { decideFetchedJob, type FetchedJobDecision } from './queue/decide-fetched-job.ts';
import { findMarker } from './files/find-marker.ts';
import { type HeldJob, whyStopped } from './queue/held-job.ts';
import {
  answerCancelled,
  answerFault,
  answerResult,
  answerUnfinished,
  answerUnfitNode,
  type JobAnswer,
  type JobEnding,
  type JobPast,
  passOn,
  putOffTooLate,
  refuseJob,
  type Unfinished,
} from './queue/job-answer.ts';
import { type RegistryClient, shouldPassOn } from './queue/prefer-other-node.ts';
import { runHeld } from './run/run-held.ts';
import { finishCancelled, finishRun } from './run/finish-run.ts';
import type { FinishedRun, NodeSetup } from './run/run-job.ts';
import type { Guard } from './process/start-guard.ts';
import type { Launcher } from './process/start-launcher.ts';
import { monotonicMs } from '../core/monotonic-clock.ts';

/** A scheduler signals all processes of a node one after the other; ORCA may hear it first, and end. */
const signalSpreadMs = 2000;

export interface HandleContext {
  campaignId: string;
  publicKey?: () => KeyObject | undefined;
  jobRoot: string;
  endsAt: Date | null;
  /** When this consumer began. */
  startedAt: Date;
  /** Until a job comes again that did not fit before the end of this allocation. */
  tooLateDelayMs: number;
  /** Every process here may have been asked to end, ORCA's included. */
  terminated?: AbortSignal;
  /** Asked who else is there, when a retry prefers another node. */
  registry: () => Promise<RegistryClient>;
  /** Whether this consumer drains for the end of its walltime. */
  whyDrain: () => 'drain' | 'walltime';
  longestJobSeconds: number | null;
  setup: NodeSetup;
  log: Logger;
  force: AbortSignal;
  /** Redis is taken for gone: each answer is tried once more, and the result waits on disk. */
  gone?: AbortSignal;
  /** Called as soon as the cores are free and no fault was found; publishing and the ack continue beside the next job. */
  onSlotFree: () => void;
  /** Stops this run should the consumer be killed or paused. */
  guard: Pick<Guard, 'watch' | 'release'>;
  launcher: Pick<Launcher, 'start'>;
  /** What ORCA's environment is built from. */
  inherited: Record<string, string>;
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
  const log = context.log.child({ ...jobFieldsOf(held.job.id, held.job.data), slot: held.slot.slot });
  const answer = await answerFor(held, log, context);
  if (isOver(answer)) context.onSlotFree();
  const giveUp = context.gone ? AbortSignal.any([context.force, context.gone]) : context.force;
  await sendAnswer(held, answer, { log, lockSeconds: context.lockSeconds, giveUp });
  return answer.ending;
}

/** Nothing of it runs and the node is not to blame: the next job may start while the queue hears of this one. */
function isOver(answer: JobAnswer): boolean {
  return answer.kind === 'complete' || (answer.kind === 'fail' && answer.history === null);
}

async function answerFor(held: HeldJob, log: Logger, context: HandleContext): Promise<JobAnswer> {
  const { job } = held;
  const { history, lostCount } = pastOf(held, context);
  const decision = decideFetchedJob(job.data, {
    jobId: job.id,
    campaignId: context.campaignId,
    publicKey: context.publicKey?.(),
    lostCount,
    history,
    crashLimit: context.crashLimit,
    endsAt: context.endsAt,
    startedAt: context.startedAt,
    now: new Date(),
  });
  if (decision.kind === 'refuse') return refuseJob(decision.reason);
  if (decision.kind === 'unfit') return blameNode(decision.error, context);
  try {
    return await adoptOrRun(held, decision, log, context);
  } catch (error) {
    if (error instanceof OactError && error.code === 'JOB_ROOT_MISMATCH') return blameNode(error, context);
    if (error instanceof OactError && error.code === 'JOB_DIRECTORY_OUTSIDE')
      return refuseJob(`payload_refused: ${error.message}`);
    context.onFault(error);
    return answerFault(error, pastOf(held, context), context.faultDelayMs);
  }
}

function blameNode(error: OactError, context: HandleContext): JobAnswer {
  context.onFault(error);
  return answerUnfitNode(error, context.faultDelayMs);
}

/** A result on disk counts before everything else; then come the reasons not to start ORCA. */
async function adoptOrRun(
  held: HeldJob,
  decision: Exclude<FetchedJobDecision, { kind: 'refuse' | 'unfit' }>,
  log: Logger,
  context: HandleContext,
): Promise<JobAnswer> {
  const jobDir = jobDirOf(decision.payload, context.jobRoot);
  // From here on it is absolute: where this node sees it.
  const payload = { ...decision.payload, jobDir };
  if (payload.v === 1) await checkSamePlace(jobDir, context.jobRoot);
  await checkJobDir(jobDir, context.jobRoot);
  const adopted = await adoptResult(payload, log);
  if (adopted) return answerResult(adopted);
  if (decision.kind === 'give_up') return refuseJob(decision.reason);
  if (decision.kind === 'too_late') return putOffTooLate(context.tooLateDelayMs);
  if (await shouldPassOn(payload, context.setup.node, context.registry))
    return passOn(context.tooLateDelayMs);
  const marker = await findMarker(payload.jobDir);
  if (marker !== undefined) return refuseJob(`blocked: ${marker}`);
  const timeLimitSeconds = Math.min(payload.timeLimitSeconds, context.longestJobSeconds ?? Infinity);
  return runAndJudge(held, { ...payload, timeLimitSeconds }, log, context);
}

async function runAndJudge(
  held: HeldJob,
  payload: JobPayload,
  log: Logger,
  context: HandleContext,
): Promise<JobAnswer> {
  noteTroubledStart(held, context);
  log.info({ name: held.job.name, cores: held.slot.cores, jobDir: payload.jobDir }, 'job started');
  const { finished, ranFromMs } = await runHeld(held, payload, log, context);
  // What ended by itself is judged first: a fault of the node must be known before the next job is fetched into it.
  if (finished?.ending.kind !== 'exited') context.onSlotFree();
  if (!finished) {
    const published = await adoptResult(payload, log);
    if (published) return answerResult(published);
    throw new OactError('RESULT_INVALID', `the published result in ${payload.jobDir} has vanished`);
  }
  const { ending } = finished;
  const ranSeconds = ranFromMs === undefined ? null : (monotonicMs() - ranFromMs) / 1000;
  if (ending.kind === 'interrupted') {
    const why = whyStopped(held.stop.signal);
    if (why === 'cancelled' && ranSeconds !== null) return publishCancelled(held, payload, finished, context);
    const reason = held.cancelReason ?? '';
    return answerUnfinished({ why, reason, ranSeconds }, pastOf(held, context));
  }
  const result = await finishRun(payload, held.slot, context.setup, {
    ...finished,
    ending,
    wasStopped: async (failureClass) =>
      held.mayBeStopped === true ||
      (maySignalBeTheCause(failureClass) && (await comesWithin(context.terminated, signalSpreadMs))),
    onJudged: context.onSlotFree,
  });
  if (!result) {
    const isPaused = held.mayBeStopped === true;
    log.warn(
      isPaused
        ? 'this consumer was paused and its ORCA stopped meanwhile: the job is handed back'
        : 'the signal that stops this consumer also reached ORCA: the job is handed back',
    );
    const run: Unfinished = isPaused
      ? { why: 'paused' }
      : { why: context.whyDrain(), ranSeconds: ranSeconds ?? 0 };
    return answerUnfinished(run, pastOf(held, context));
  }
  checkOwner(result, payload);
  const seconds = (finished.finishedAt.getTime() - finished.startedAt.getTime()) / 1000;
  const fields = { outcome: result.outcome, seconds };
  return answerResult(result, { level: 'info', message: 'job finished', fields });
}

/** Nothing of a cancelled job runs any more: what its run left is published, restart files included. */
async function publishCancelled(
  held: HeldJob,
  payload: JobPayload,
  finished: FinishedRun,
  { setup }: HandleContext,
): Promise<JobAnswer> {
  const words = describeCancellation(held.cancelReason ?? '');
  const result = await finishCancelled(payload, held.slot, setup, finished, words);
  checkOwner(result, payload);
  return answerCancelled(result);
}

/** Whether a signal comes, or has come. */
async function comesWithin(signal: AbortSignal | undefined, ms: number): Promise<boolean> {
  if (signal === undefined || signal.aborted) return signal?.aborted === true;
  await delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
  return signal.aborted;
}

function pastOf({ job }: HeldJob, { setup, crashLimit }: HandleContext): JobPast {
  return {
    history: parseHistory(job.progress),
    lostCount: job.stalledCounter,
    crashLimit,
    source: { node: setup.node, start: job.attemptsStarted, now: new Date() },
  };
}

/**
 * A job with a past names its node at each start, so that one more loss can be reported with the node's name. Not waited for:
 * it is only a note.
 */
function noteTroubledStart(held: HeldJob, context: HandleContext): void {
  const { history, lostCount, source } = pastOf(held, context);
  if (lostCount === 0 && history.node === null) return;
  void writeHistory(held, noteStart(history, source), context.lockSeconds).catch(() => undefined);
}
