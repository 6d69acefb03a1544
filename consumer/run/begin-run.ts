import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Calculation } from '../../core/job/calculation.ts';
import type { Logger } from '../../core/logger.ts';
import type { JobPayload } from '../../core/job/payload.ts';
import type { Restart } from '../../core/job/result.ts';
import { applyRemedies } from '../../orca/retry/apply-remedies.ts';
import { applyRestart } from '../../orca/input/apply-restart.ts';
import { listEarlierAttempts, listEarlierRuns } from './list-restart-sources.ts';
import type { RunDirectory } from '../files/run-directory.ts';
import { takeRestart } from './take-restart.ts';

/** What a run starts with. */
export interface RunStart {
  calculation: Calculation;
  /** What it continues from; null: it begins from scratch. */
  restart: Restart | null;
}

/**
 * Where a run begins. Runs of the same attempt that were interrupted or lost are gone on from by themselves: input and
 * geometry are the same. The attempts before it are looked at only when a retry says so.
 * @param workDir where ORCA will work; made if it is missing
 */
export async function beginRun(
  payload: JobPayload,
  run: RunDirectory,
  workDir: string,
  restarts: boolean,
  log: Logger,
): Promise<RunStart> {
  const calculation = applyRemedies(payload.calculation, payload.remedies);
  if (workDir !== run.runDir) await mkdir(workDir, { recursive: true });
  const target = { workDir, runDir: run.runDir };
  const remedy = payload.remedies.find(({ kind }) => kind === 'restart');
  const everything = { orbitals: true, geometry: true };
  const taken =
    (restarts && !run.isFirst
      ? await takeRestart(await listEarlierRuns(run), calculation, everything, target, log)
      : undefined) ??
    (remedy?.kind === 'restart'
      ? await takeRestart(await listEarlierAttempts(run), calculation, remedy, target, log)
      : undefined);
  if (!taken) return { calculation, restart: null };
  const { material, restart } = taken;
  log.info({ ...restart, orbitals: material.orbitals, geometry: material.atoms !== null }, 'restarted');
  return { calculation: applyRestart(calculation, material), restart };
}

/** The directory in which ORCA works: that of the run, or one on node-local scratch. */
export function workDirOf(run: RunDirectory, scratch: string | null, tmpDir: string): string {
  return scratch === null ? run.runDir : join(tmpDir, 'work');
}
