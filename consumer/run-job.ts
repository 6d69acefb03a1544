import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inheritedEnvironment } from '../core/environment.ts';
import { OactError } from '../core/errors.ts';
import { jobIdOf, type JobPayload } from '../core/payload.ts';
import { type JobResult, resultVersion } from '../core/result.ts';
import { applyRemedies } from '../orca/apply-remedies.ts';
import { isNodeFault, isSilentFailure } from '../orca/failure-classes.ts';
import { ranksOf } from '../orca/ranks-of.ts';
import { renderInput } from '../orca/render-input.ts';
import { buildCommand } from './build-command.ts';
import { buildEnvironment } from './build-environment.ts';
import { checkDisks } from './check-node.ts';
import type { Slot } from './cut-slots.ts';
import { writeDurably } from './durable-file.ts';
import { isExecutable } from './find-on-path.ts';
import { judgeRun } from './judge-run.ts';
import { publishResult } from './publish-result.ts';
import { openRunDirectory, type RunDirectory } from './run-directory.ts';
import { runOrca, type RunEnding } from './run-orca.ts';
import { makeRunScratch } from './run-scratch.ts';

/** What every run on this node has in common. */
export interface NodeSetup {
  node: string;
  allocationId: string | null;
  orcaPath: string;
  maxCoreMb: (ranks: number) => number;
  pin: boolean;
}

export interface FinishedRun {
  run: RunDirectory;
  ending: RunEnding;
  startedAt: Date;
  finishedAt: Date;
}

/**
 * Runs one job on one slot: directory → input → ORCA → nothing of the session left.
 * The cores are free when this resolves; `finishRun` does the rest.
 * @returns undefined when another run of this attempt has published its result meanwhile
 * @throws on every fault of ours; an ORCA that says no is not one
 */
export async function runJob(
  payload: JobPayload,
  slot: Slot,
  setup: NodeSetup,
  control: {
    runId: string;
    stop: AbortSignal;
    force: AbortSignal;
    beforeStart?: () => void;
    onStart?: (pid: number, runDir: string) => void;
  },
): Promise<FinishedRun | undefined> {
  // taskset would answer for it, and a node that has lost its file system would fail one job after another.
  if (!isExecutable(setup.orcaPath)) {
    throw new OactError('ORCA_NOT_FOUND', `ORCA is not at ${setup.orcaPath} any more`, {
      hint: 'Check that its file system is mounted on this node.',
    });
  }
  const run = await openRunDirectory(payload.jobDir, payload.attempt, control.runId);
  if (!run) return undefined;
  const ranks = ranksOf(slot.cores.length, payload.remedies);
  const calculation = applyRemedies(payload.calculation, payload.remedies);
  const input = renderInput(calculation, { ranks, maxCoreMb: setup.maxCoreMb(ranks) });
  await writeDurably(join(run.runDir, 'orca.inp'), input);
  const tmpDir = await makeRunScratch(`${jobIdOf(payload.recordId, payload.attempt)}-${control.runId}`);
  const startedAt = new Date();
  try {
    const ending = await runOrca({
      command: buildCommand(setup.orcaPath, slot.cores, setup.pin),
      runDir: run.runDir,
      env: buildEnvironment(inheritedEnvironment(), {
        jobId: jobIdOf(payload.recordId, payload.attempt),
        slot: slot.slot,
        cores: slot.cores,
        jobDir: payload.jobDir,
        tmpDir,
        isRoot: process.getuid?.() === 0,
      }),
      timeLimitSeconds: payload.timeLimitSeconds,
      ...control,
      onStart: (pid) => control.onStart?.(pid, run.runDir),
    });
    return { run, ending, startedAt, finishedAt: new Date() };
  } finally {
    await rm(tmpDir, { recursive: true, force: true });
  }
}

/**
 * Judges a run that was not interrupted and publishes its result.
 * @returns the result that counts; undefined when the run did not end well and the guard may have stopped it
 * @throws OactError NODE_FAULT when what ORCA died of is the node's
 */
export async function finishRun(
  payload: JobPayload,
  slot: Slot,
  setup: NodeSetup,
  finished: FinishedRun & {
    ending: Exclude<RunEnding, { kind: 'interrupted' }>;
    mayBeStopped: boolean;
    /** Called when no fault was found, before the result is published. */
    onJudged: () => void;
  },
): Promise<JobResult | undefined> {
  const { run, ending } = finished;
  const verdict = await judgeRun(run.runDir, payload.calculation.runType, ending, payload.timeLimitSeconds);
  const { outcome } = verdict;
  if (finished.mayBeStopped && outcome.kind !== 'completed') return undefined;
  // ORCA says so, but it is the node's fault: another node may run the same job well. The run directory keeps the evidence.
  const fault = outcome.kind === 'failed' ? await findNodeFault(outcome, run.runDir) : undefined;
  if (fault !== undefined) {
    throw new OactError('NODE_FAULT', fault, { hint: `The output is in ${run.runDir}.` });
  }
  finished.onJudged();
  return publishResult(run, {
    v: resultVersion,
    campaignId: payload.campaignId,
    recordId: payload.recordId,
    attempt: payload.attempt,
    outcome,
    ranOn: { node: setup.node, allocationId: setup.allocationId, slot: slot.slot, cores: slot.cores },
    startedAt: finished.startedAt.toISOString(),
    finishedAt: finished.finishedAt.toISOString(),
    metrics: verdict.metrics,
    files: (await readdir(run.runDir)).toSorted(),
  });
}

/** Why the node is to blame for a failure, or undefined. ORCA cannot always write that it could not write. */
async function findNodeFault(
  failure: { class: string; reason: string },
  runDir: string,
): Promise<string | undefined> {
  if (isNodeFault(failure.class)) return `${failure.class}: ${failure.reason}`;
  const disks = isSilentFailure(failure.class) ? await checkDisks(runDir) : undefined;
  return disks && `${disks} (${failure.class}: ${failure.reason})`;
}
