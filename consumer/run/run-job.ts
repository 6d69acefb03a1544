import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Calculation } from '../../core/job/calculation.ts';
import { messageOf, OactError } from '../../core/errors.ts';
import { writeWhole } from '../../core/file-calls.ts';
import type { Logger } from '../../core/logger.ts';
import { jobIdOf, type JobPayload } from '../../core/job/payload.ts';
import type { Restart } from '../../core/job/result.ts';
import { ranksOf } from '../../orca/input/ranks-of.ts';
import { renderInput } from '../../orca/input/render-input.ts';
import { beginRun, workDirOf } from './begin-run.ts';
import { buildCommand, buildEnvironment } from './build-environment.ts';
import { copyOut, copyOutDuring } from '../files/copy-out.ts';
import type { Slot } from '../cores/cut-slots.ts';
import { isExecutable } from '../fitness/find-on-path.ts';
import type { DoubtRules } from '../../orca/verdict/find-warnings.ts';
import { openRunDirectory, type RunDirectory } from '../files/run-directory.ts';
import type { Launcher } from '../process/start-launcher.ts';
import { runOrca, type RunEnding } from './run-orca.ts';
import type { SizeLimits } from './watch-size.ts';
import { makeRunScratch } from '../files/run-scratch.ts';

/** What every run on this node has in common. */
export interface NodeSetup {
  node: string;
  allocationId: string | null;
  orcaPath: string;
  /** @param memoryMb of the job's lane; undefined: slots share the node evenly */
  maxCoreMb: (ranks: number, memoryMb?: number) => number;
  pin: boolean;
  /** Whether an interrupted job continues from what it left. */
  restarts: boolean;
  /** Directory on a local disk of the node in which ORCA works; null: it works in the run directory. */
  scratch: string | null;
  /** How often restart files are copied out of it, seconds. */
  copyOutSeconds: number;
  /** What one run may write; undefined: without limit. */
  sizeLimits?: SizeLimits;
  /** Variables of MPI that reach ORCA although others of their kind are taken away. */
  keepEnvironment?: readonly string[];
  /** What of a result is doubted, and not accepted. */
  doubts?: DoubtRules;
}

export interface FinishedRun {
  run: RunDirectory;
  ending: RunEnding;
  startedAt: Date;
  finishedAt: Date;
  /** What it continued from; null: it began from scratch. */
  restart: Restart | null;
  /** What its input asked for, remedies and restart included. */
  calculation: Calculation;
  log: Logger;
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
    launcher: Pick<Launcher, 'start'>;
    /** What ORCA's environment is built from. */
    inherited: Record<string, string>;
    untilMs?: () => number;
    stop: AbortSignal;
    force: AbortSignal;
    log: Logger;
    beforeStart?: () => void;
    onStart?: (pid: number, runDir: string) => void;
  },
): Promise<FinishedRun | undefined> {
  // taskset would answer for it, and a node that has lost its file system would fail one job after another.
  if (!isExecutable(setup.orcaPath)) {
    throw new OactError('ORCA_NOT_FOUND', `ORCA is no longer at ${setup.orcaPath}`, {
      hint: 'Check that its file system is mounted on this node.',
    });
  }
  const run = await openRunDirectory(payload.jobDir, payload.attempt, control.runId);
  if (!run) return undefined;
  const { scratch } = setup;
  const jobId = jobIdOf(payload.recordId, payload.attempt);
  const tmpDir = await makeRunScratch(`${jobId}-${control.runId}`, scratch ?? undefined);
  try {
    const workDir = workDirOf(run, scratch, tmpDir);
    const start = await beginRun(payload, run, workDir, setup.restarts, control.log);
    const ranks = ranksOf(slot.cores.length, payload.remedies);
    const input = renderInput(start.calculation, { ranks, maxCoreMb: setup.maxCoreMb(ranks, slot.memoryMb) });
    await writeWhole(join(run.runDir, 'orca.inp'), input);
    if (workDir !== run.runDir) await writeWhole(join(workDir, 'orca.inp'), input);
    const startedAt = new Date();
    const runIt = (): Promise<RunEnding> =>
      runOrca({
        command: buildCommand(setup.orcaPath, slot.cores, setup.pin),
        runDir: run.runDir,
        workDir,
        env: buildEnvironment(control.inherited, {
          jobId,
          slot: slot.slot,
          cores: slot.cores,
          jobDir: payload.jobDir,
          tmpDir,
          isRoot: process.getuid?.() === 0,
          keep: setup.keepEnvironment ?? [],
        }),
        timeLimitSeconds: payload.timeLimitSeconds,
        tmpDir,
        sizeLimits: setup.sizeLimits,
        ...control,
        onStart: (pid) => control.onStart?.(pid, run.runDir),
      });
    if (scratch === null)
      return {
        run,
        ending: await runIt(),
        startedAt,
        finishedAt: new Date(),
        restart: start.restart,
        calculation: start.calculation,
        log: control.log,
      };
    const place = { workDir, runDir: run.runDir, everySeconds: setup.copyOutSeconds };
    const ending = await copyOutDuring(place, control.log, runIt);
    const finishedAt = new Date();
    // A job that is cancelled has ended: nobody comes for the rest later.
    const comesAgain = ending.kind === 'interrupted' && control.stop.reason !== 'cancelled';
    await copyOut(workDir, run.runDir, comesAgain ? 'restart' : 'all');
    return {
      run,
      ending,
      startedAt,
      finishedAt,
      restart: start.restart,
      calculation: start.calculation,
      log: control.log,
    };
  } finally {
    await removeScratch(tmpDir, control.log);
  }
}

/** What was computed counts, whether or not its scratch can be removed: a file in use, a mount, a straggler hold it. */
async function removeScratch(tmpDir: string, log: Logger): Promise<void> {
  try {
    // Most runs leave nothing in it.
    await rmdir(tmpDir).catch(() => rm(tmpDir, { recursive: true, force: true }));
  } catch (error) {
    log.warn({ path: tmpDir, err: messageOf(error) }, 'could not remove the scratch directory of a run');
  }
}
