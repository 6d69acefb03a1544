import { setTimeout as delay } from 'node:timers/promises';
import { OactError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { JobPayload } from '../core/payload.ts';
import type { JobResult } from '../core/result.ts';
import { answerFault } from './answer-fault.ts';
import { ackResult, failureOf, handBack, untilAnswered } from './ack-job.ts';
import { checkJobDir } from './check-job-dir.ts';
import { checkMasks } from './check-masks.ts';
import { decideFetchedJob } from './decide-fetched-job.ts';
import type { HeldJob } from './held-job.ts';
import { finishPublishing, readPublishedResult } from './publish-result.ts';
import { finishRun, type NodeSetup, runJob } from './run-job.ts';

/** How a held job left this consumer. */
export type JobEnding =
  'completed' | 'failed' | 'timed_out' | 'handed_back' | 'refused' | 'fenced' | 'fault' | 'too_late';

export interface HandleContext {
  campaignId: string;
  jobRoot: string;
  endsAt: Date | null;
  longestJobSeconds: number | null;
  setup: NodeSetup;
  log: Logger;
  force: AbortSignal;
  /** Called as soon as the cores are free; judging, publishing and the ack go on beside the next job. */
  onSlotFree: () => void;
  /** Reads back the masks of this run; true once per node. */
  checksMasks: boolean;
  /** Times a job may vanish with its node, and faults it may meet, before it is taken for the cause. */
  crashLimit: number;
  /** Waited before a faulty job is handed back, so that a broken node does not spin. */
  faultPauseMs: number;
  /** Wait before a job comes again after its first fault. */
  faultDelayMs: number;
}

/** The life of one job on this node, from the fetch to the answer. Never rejects. */
export async function handleJob(held: HeldJob, context: HandleContext): Promise<JobEnding> {
  const decision = decideFetchedJob(held.job.data, {
    campaignId: context.campaignId,
    lostCount: held.job.stalledCounter,
    crashLimit: context.crashLimit,
    endsAt: context.endsAt,
    now: new Date(),
  });
  const log = context.log.child({ jobId: held.job.id, slot: held.slot.slot });
  if (decision.kind === 'too_late') {
    // The slot stays taken: the drain follows, and a fetch before it would bring the same job.
    await handBack(held, log, context.force);
    return 'too_late';
  }
  if (decision.kind === 'refuse') return refuse(held, decision.reason, log, context);
  const { payload } = decision;
  const timeLimitSeconds = Math.min(payload.timeLimitSeconds, context.longestJobSeconds ?? Infinity);
  try {
    return await runAndAnswer(held, { ...payload, timeLimitSeconds }, log, context);
  } catch (error) {
    if (error instanceof OactError && error.code === 'JOB_DIRECTORY_OUTSIDE') {
      return refuse(held, `payload_refused: ${error.message}`, log, context);
    }
    await delay(context.faultPauseMs, undefined, { signal: context.force }).catch(() => undefined);
    const { node } = context.setup;
    return answerFault(held, error, log, { ...context, node, giveUp: context.force });
  }
}

async function runAndAnswer(
  held: HeldJob,
  payload: JobPayload,
  log: Logger,
  context: HandleContext,
): Promise<JobEnding> {
  await checkJobDir(payload.jobDir, context.jobRoot);
  const adopted = await adoptResult(payload, log);
  if (adopted) return reportAdopted(held, adopted, log, context);
  const ended = new AbortController();
  log.info({ name: held.job.name, cores: held.slot.cores, jobDir: payload.jobDir }, 'job started');
  const finished = await runJob(payload, held.slot, context.setup, {
    runId: held.runId,
    stop: held.stop.signal,
    force: context.force,
    onStart: (pid) => {
      if (context.checksMasks) void checkMasks(pid, held.slot, log, ended.signal);
    },
  }).finally(() => ended.abort());
  context.onSlotFree();
  if (!finished) {
    const published = await adoptResult(payload, log);
    if (published) return reportAdopted(held, published, log, context);
    throw new OactError('RESULT_INVALID', `the published result in ${payload.jobDir} has vanished`);
  }
  const { ending } = finished;
  if (ending.kind === 'interrupted') {
    if (held.stop.signal.reason === 'lock_lost') return 'fenced';
    await handBack(held, log, context.force);
    log.info('job interrupted and handed back');
    return 'handed_back';
  }
  const result = await finishRun(payload, held.slot, context.setup, { ...finished, ending });
  checkOwner(result, payload);
  await ackResult(held, result, log, context.force);
  const seconds = (finished.finishedAt.getTime() - finished.startedAt.getTime()) / 1000;
  log.info({ outcome: result.outcome, seconds }, 'job finished');
  return result.outcome.kind;
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

/** A result that an earlier owner published but could not report is reported now, not computed again. */
async function adoptResult(payload: JobPayload, log: Logger): Promise<JobResult | undefined> {
  const result = await readPublishedResult(payload.jobDir, payload.attempt);
  if (!result) return undefined;
  checkOwner(result, payload);
  await finishPublishing(payload.jobDir, payload.attempt);
  log.info('a published result was found and reported');
  return result;
}

/** @throws OactError JOB_DIRECTORY_OUTSIDE when the result that counts here is another record's */
function checkOwner(result: JobResult, payload: JobPayload): void {
  if (result.recordId !== payload.recordId || result.campaignId !== payload.campaignId) {
    throw new OactError(
      'JOB_DIRECTORY_OUTSIDE',
      `${payload.jobDir} holds a result of record ${result.recordId} of campaign ${result.campaignId}: two records share this directory`,
      { hint: 'Choose a job directory pattern with {id}.' },
    );
  }
}

async function refuse(
  held: HeldJob,
  reason: string,
  log: Logger,
  context: HandleContext,
): Promise<JobEnding> {
  context.onSlotFree();
  log.error({ reason }, 'job refused');
  await untilAnswered(() => held.job.moveToFailed(failureOf(reason), held.token, false), log, context.force);
  return 'refused';
}
