import { readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cancelledClass } from '../../core/job/cancellation.ts';
import { OactError } from '../../core/errors.ts';
import type { JobPayload } from '../../core/job/payload.ts';
import { type JobResult, type Restart, resultVersion } from '../../core/job/result.ts';
import { isRestartFailure, rowOf } from '../../orca/failures/catalogue.ts';
import { checkDisks } from '../fitness/check-node.ts';
import type { Slot } from '../cores/cut-slots.ts';
import { judgeRun } from './judge-run.ts';
import { publishResult } from '../files/publish-result.ts';
import type { RunDirectory } from '../files/run-directory.ts';
import type { RunEnding } from './run-orca.ts';
import type { FinishedRun, NodeSetup } from './run-job.ts';

/**
 * Judges a run that was not interrupted and publishes its result.
 * @returns the result that counts; undefined when the run did not end well because someone may have stopped it
 * @throws OactError NODE_FAULT when what ORCA died of is the node's
 */
export async function finishRun(
  payload: JobPayload,
  slot: Slot,
  setup: NodeSetup,
  finished: FinishedRun & {
    ending: Exclude<RunEnding, { kind: 'interrupted' }>;
    /** Whether a failure of this class may be another's doing, who stopped ORCA. */
    wasStopped: (failureClass: string) => Promise<boolean>;
    /** Called when no fault was found, before the result is published. */
    onJudged: () => void;
  },
): Promise<JobResult | undefined> {
  const { run, ending } = finished;
  const { runType } = payload.calculation;
  const { calculation } = finished;
  const verdict = await judgeRun(
    run.runDir,
    runType,
    ending,
    payload.timeLimitSeconds,
    calculation,
    setup.doubts,
  );
  const { outcome } = verdict;
  if (outcome.kind !== 'completed') {
    const failureClass = outcome.kind === 'failed' ? outcome.class : outcome.kind;
    if (await finished.wasStopped(failureClass)) return undefined;
  }
  // ORCA says so, but it is the node's fault: another node may run the same job well. The run directory keeps the evidence.
  if (outcome.kind === 'failed' && finished.restart && isRestartFailure(outcome.class)) {
    await giveUpOrbitals(run, finished.restart);
    throw new OactError(
      'RESTART_UNUSABLE',
      `ORCA cannot restart from ${finished.restart.from}: ${outcome.reason}`,
      {
        hint: 'The job runs again without these orbitals.',
      },
    );
  }
  const fault =
    outcome.kind === 'failed' ? await findNodeFault(outcome, ending, run.runDir, setup.scratch) : undefined;
  if (fault !== undefined) {
    throw new OactError('NODE_FAULT', fault, { hint: `The output is in ${run.runDir}.` });
  }
  finished.onJudged();
  return publish(payload, slot, setup, finished, verdict);
}

/**
 * Publishes the ending of a run that was stopped because a user cancelled its job. ORCA may have ended well before it heard of it:
 * what was computed counts.
 * @param words for the record
 */
export async function finishCancelled(
  payload: JobPayload,
  slot: Slot,
  setup: NodeSetup,
  finished: FinishedRun,
  words: string,
): Promise<JobResult> {
  const { runType } = payload.calculation;
  const stopped = { kind: 'exited', exitCode: null, signal: 'SIGTERM' } as const;
  const verdict = await judgeRun(
    finished.run.runDir,
    runType,
    stopped,
    payload.timeLimitSeconds,
    finished.calculation,
    setup.doubts,
  );
  const cancelled = { kind: 'failed', class: cancelledClass, reason: words, retryable: false } as const;
  const outcome = verdict.outcome.kind === 'completed' ? verdict.outcome : cancelled;
  return publish(payload, slot, setup, finished, { outcome, metrics: verdict.metrics });
}

async function publish(
  payload: JobPayload,
  slot: Slot,
  setup: NodeSetup,
  { run, startedAt, finishedAt, restart, log }: FinishedRun,
  { outcome, metrics }: Pick<JobResult, 'outcome' | 'metrics'>,
): Promise<JobResult> {
  const result: JobResult = {
    v: resultVersion,
    campaignId: payload.campaignId,
    recordId: payload.recordId,
    attempt: payload.attempt,
    outcome,
    ranOn: { node: setup.node, allocationId: setup.allocationId, slot: slot.slot, cores: slot.cores },
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    metrics,
    restart,
    files: (await readdir(run.runDir)).toSorted(),
  };
  return publishResult(run, result, log);
}

/** Why the node is to blame for a failure, or undefined. ORCA cannot always write that it could not write. */
async function findNodeFault(
  failure: { class: string; reason: string },
  ending: RunEnding,
  runDir: string,
  scratch: string | null,
): Promise<string | undefined> {
  if (ending.kind === 'exited' && ending.exitCode === null && ending.signal === null)
    return `the launcher of ORCA was killed, so it is unknown how ORCA ended (${failure.class}: ${failure.reason})`;
  const { nodeFault, isSilent } = rowOf(failure.class);
  if (nodeFault) return `${failure.class}: ${failure.reason}`;
  if (!isSilent) return undefined;
  const disks = await checkDisks(runDir, scratch);
  if (disks !== undefined) return `${disks} (${failure.class}: ${failure.reason})`;
  const hasExited = ending.kind === 'exited' && ending.exitCode !== null;
  // Its banner comes before it reads the input. A disk that was too full for it may have room again by now.
  return hasExited && (await stat(join(runDir, 'orca.out'))).size === 0
    ? `ORCA ended without output, with exit code ${ending.exitCode}: it could not start, or not write`
    : undefined;
}

/** No later run continues from them; they stay there for a look at the cause. */
async function giveUpOrbitals({ jobDir }: RunDirectory, { from }: Restart): Promise<void> {
  const orbitals = join(jobDir, from, 'orca.gbw');
  await rename(orbitals, `${orbitals}.unusable`);
}
