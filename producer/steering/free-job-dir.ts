import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { checkBelowRoot, outsideJobRootHint } from '../../core/below-root.ts';
import { archiveOutputs } from '../../core/job-dir/archive-outputs.ts';
import { messageOf, systemErrorCode } from '../../core/errors.ts';
import { attemptDirOf, markerFileName, parseAttemptNames } from '../../core/job-dir/job-layout.ts';
import { readMarker } from '../read-marker.ts';

/** Why a record cannot run again. `blocked`: a marker holds it. `unreachable`: its directory cannot be changed. */
export interface HeldRecord {
  result: 'blocked' | 'unreachable';
  reason: string;
}

/**
 * Makes a job directory ready for another attempt: the old output goes into the directory of its attempt, where no tool judges
 * the record by it again.
 * @param jobDir null: the record has none yet
 * @param attempt the newest attempt that the database knows
 * @param owner unique per caller
 * @returns why the record cannot run again; undefined when its directory is ready
 */
export async function freeJobDir(
  jobDir: string | null,
  attempt: number,
  owner: string,
  { jobRoot, unblock, isDryRun }: { jobRoot: string; unblock: boolean; isDryRun: boolean },
): Promise<HeldRecord | undefined> {
  if (jobDir === null) return undefined;
  try {
    checkBelowRoot(jobRoot, jobDir, outsideJobRootHint);
    for (const name of parseAttemptNames(await readdir(jobDir)).map((known) => attemptDirOf(jobDir, known)))
      checkBelowRoot(jobDir, name, outsideJobRootHint);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    return { result: 'unreachable', reason: messageOf(error) };
  }
  const marker = readMarker(jobDir);
  if (marker !== undefined && !unblock) return { result: 'blocked', reason: marker };
  if (isDryRun) return undefined;
  try {
    await archiveOutputs(jobDir, attempt + 1, owner);
    if (marker !== undefined) await archiveMarker(jobDir, attempt);
    return undefined;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    return { result: 'unreachable', reason: messageOf(error) };
  }
}

async function archiveMarker(jobDir: string, attempt: number): Promise<void> {
  const archive = attemptDirOf(jobDir, attempt);
  await mkdir(archive, { recursive: true });
  await rename(join(jobDir, markerFileName), join(archive, markerFileName));
}
