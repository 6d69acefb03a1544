import { link, mkdir, readdir, readlink, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { messageOf, systemErrorCode } from '../../core/errors.ts';
import {
  attemptDirOf,
  liveOutputName,
  parseAttemptNames,
  resultFileName,
  resultPathOf,
} from '../../core/job-dir/job-layout.ts';
import { type JobResult, parseResultText } from '../../core/job/result.ts';
import type { Logger } from '../../core/logger.ts';
import { readPlainFile } from '../../core/plain-file.ts';
import { syncDirectory, writeSynced } from './durable-file.ts';
import type { RunDirectory } from './run-directory.ts';

/**
 * ORCA's scratch, tens of MB to GB, our copies of an earlier run's files, and what NFS keeps of removed files that are still open:
 * of no use once the run has ended.
 */
export const isRunScratch = (name: string): boolean =>
  /\.tmp(\.\d+)?$|^restart\.(gbw|opt)$|^\.nfs[0-9a-f]+$/.test(name);

/** The published result of an attempt, or undefined. @throws OactError RESULT_INVALID */
export async function readPublishedResult(jobDir: string, attempt: number): Promise<JobResult | undefined> {
  const path = resultPathOf(jobDir, attempt);
  try {
    return parseResultText(await readPlainFile(path), path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Publishes a result: the first writer wins, by link(2), which fails when the name exists.
 * Then the run's files move up to where users and the existing tools look for them; what cannot be moved or removed is
 * named in the log and stays, for the result counts whether or not the place behind it is tidy.
 * @returns the result that counts, which is another run's if that one was first
 */
export async function publishResult(run: RunDirectory, result: JobResult, log?: Logger): Promise<JobResult> {
  const own = join(run.attemptDir, `${ownPrefix}${basename(run.runDir)}.json`);
  await writeSynced(own, `${JSON.stringify(result, null, 1)}\n`);
  try {
    await link(own, join(run.attemptDir, resultFileName));
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
    // It may be our own link: a network file system says so when the answer to its first request was lost.
    await finishPublishing(run.jobDir, run.attempt, log);
    await tidy(own, log, () => rm(own, { force: true }));
    return (await readPublishedResult(run.jobDir, run.attempt)) ?? result;
  }
  await syncDirectory(run.attemptDir);
  await tidy(run.runDir, log, () => moveFilesUp(run, log, result.files));
  // Behind the move: as long as it is there, it says whose files these are.
  await tidy(own, log, () => unlink(own));
  if (!run.isFirst) await tidy(run.attemptDir, log, () => removeScratchOfRuns(run.attemptDir, log));
  return result;
}

/** Finishes the move of a run whose consumer died between publishing and moving. Repeating it changes nothing. */
export async function finishPublishing(jobDir: string, attempt: number, log?: Logger): Promise<void> {
  const attemptDir = attemptDirOf(jobDir, attempt);
  const published = await stat(join(attemptDir, resultFileName));
  for (const name of await readdir(attemptDir)) {
    const own = ownResultOf(attemptDir, name);
    if (own === undefined || (await stat(own.path).catch(() => undefined))?.ino !== published.ino) continue;
    const { runDir } = own;
    await tidy(runDir, log, () => moveFilesUp({ jobDir, attempt, attemptDir, runDir }, log));
    await tidy(own.path, log, () => rm(own.path, { force: true }));
  }
}

/** What a run calls its result until its files are moved; the rest of the name is that of its directory. */
const ownPrefix = 'result-of-';

/** The result of one run, by what stands in the attempt's directory: a file of that name; those of an older oact lie in the run's directory. */
function ownResultOf(attemptDir: string, name: string): { path: string; runDir: string } | undefined {
  if (name.startsWith(ownPrefix) && name.endsWith('.json'))
    return {
      path: join(attemptDir, name),
      runDir: join(attemptDir, name.slice(ownPrefix.length, -'.json'.length)),
    };
  const runDir = join(attemptDir, name);
  return name.startsWith('run-') ? { path: join(runDir, resultFileName), runDir } : undefined;
}

/** A step behind the publishing: a file in use on a network file system, a mount, a full disk must not undo a result. */
async function tidy(path: string, log: Logger | undefined, step: () => Promise<unknown>): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT')
      log?.warn({ path, err: messageOf(error) }, 'could not move or remove a file of a finished run');
  }
}

/**
 * A late run of an older attempt must not cover the files of a newer one: its files stay in `attempt-N/`.
 * @param known names that were there a moment ago; what came since is found when the directory is not empty
 */
async function moveFilesUp(
  run: Omit<RunDirectory, 'isFirst'>,
  log: Logger | undefined,
  known?: readonly string[],
): Promise<void> {
  const attempts = parseAttemptNames(await readdir(run.jobDir));
  const target = attempts.some((attempt) => attempt > run.attempt) ? run.attemptDir : run.jobDir;
  const earlier = attempts.findLast((attempt) => attempt < run.attempt) ?? 0;
  // Another consumer that found the same result may be moving as well, and have taken any of the files.
  for (const name of known ?? (await readdir(run.runDir).catch(ignoreMissing))) {
    if (name === resultFileName || isRunScratch(name)) continue;
    const path = join(run.runDir, name);
    await tidy(path, log, () => moveFile(path, target, attemptDirOf(run.jobDir, earlier)));
  }
  await tidy(join(run.jobDir, liveOutputName), log, () => removeLiveLink(run));
  try {
    await rmdir(run.runDir);
  } catch {
    // Scratch, or what came after the listing.
    if (known !== undefined) return moveFilesUp(run, log);
    await removeRun(run.runDir, log);
  }
}

/** Not that of a later run, which points elsewhere. */
async function removeLiveLink({ jobDir, runDir }: Pick<RunDirectory, 'jobDir' | 'runDir'>): Promise<void> {
  const path = join(jobDir, liveOutputName);
  const target = await readlink(path).catch(() => undefined);
  if (target !== undefined && dirname(resolve(jobDir, target)) === resolve(runDir))
    await rm(path, { force: true });
}

/** What could not be moved is not scratch: it stays. */
async function removeRun(runDir: string, log: Logger | undefined): Promise<void> {
  for (const name of await readdir(runDir).catch(ignoreMissing)) {
    const path = join(runDir, name);
    if (name !== resultFileName && !isRunScratch(name)) continue;
    await tidy(path, log, () => rm(path, { recursive: true, force: true }));
  }
  await rmdir(runDir);
}

/** Covers a file of the same name; a directory of that name, which rename(2) spares, is archived. */
async function moveFile(path: string, target: string, archive: string): Promise<void> {
  const place = join(target, basename(path));
  try {
    await rename(path, place);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'EISDIR', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) throw error;
    await mkdir(archive, { recursive: true });
    await rename(place, join(archive, basename(path)));
    await rename(path, place);
  }
}

/** Runs of this attempt that were interrupted or lost before keep their files, but not gigabytes of scratch. */
async function removeScratchOfRuns(attemptDir: string, log: Logger | undefined): Promise<void> {
  for (const run of await readdir(attemptDir)) {
    if (!run.startsWith('run-')) continue;
    const names = await readdir(join(attemptDir, run)).catch(ignoreMissing);
    for (const name of names.filter(isRunScratch)) {
      const path = join(attemptDir, run, name);
      await tidy(path, log, () => rm(path, { force: true }));
    }
  }
}

function ignoreMissing(error: unknown): [] {
  if (systemErrorCode(error) !== 'ENOENT') throw error;
  return [];
}
