import { link, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { systemErrorCode } from '../../core/errors.ts';
import { attemptDirOf, parseAttemptNames, resultFileName, resultPathOf } from '../../core/job/job-layout.ts';
import { type JobResult, parseResult } from '../../core/job/result.ts';
import { syncDirectory, writeDurably } from './durable-file.ts';
import type { RunDirectory } from './run-directory.ts';

/** ORCA's scratch, tens of MB to GB, and our copies of an earlier run's files: of no use once the run has ended. */
export const isRunScratch = (name: string): boolean => /\.tmp(\.\d+)?$|^restart\.(gbw|opt)$/.test(name);

/** The published result of an attempt, or undefined. @throws OactError RESULT_INVALID */
export async function readPublishedResult(jobDir: string, attempt: number): Promise<JobResult | undefined> {
  const path = resultPathOf(jobDir, attempt);
  try {
    return parseResult(JSON.parse(await readFile(path, 'utf8')), path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Publishes a result: the first writer wins, by link(2), which fails when the name exists.
 * Then the run's files move up to where people and the existing tools look for them.
 * @returns the result that counts, which is another run's if that one was first
 */
export async function publishResult(run: RunDirectory, result: JobResult): Promise<JobResult> {
  const own = join(run.runDir, resultFileName);
  await writeDurably(own, `${JSON.stringify(result, null, 1)}\n`);
  try {
    await link(own, join(run.attemptDir, resultFileName));
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
    // It may be our own link: a network file system says so when the answer to its first request was lost.
    await finishPublishing(run.jobDir, run.attempt);
    return (await readPublishedResult(run.jobDir, run.attempt)) ?? result;
  }
  await syncDirectory(run.attemptDir);
  await moveFilesUp(run);
  await removeScratchOfRuns(run.attemptDir);
  return result;
}

/** Finishes the move of a run whose consumer died between publishing and moving. Repeating it changes nothing. */
export async function finishPublishing(jobDir: string, attempt: number): Promise<void> {
  const attemptDir = attemptDirOf(jobDir, attempt);
  const published = await stat(join(attemptDir, resultFileName));
  for (const name of await readdir(attemptDir)) {
    const runDir = join(attemptDir, name);
    const own = name.startsWith('run-')
      ? await stat(join(runDir, resultFileName)).catch(() => undefined)
      : undefined;
    if (own?.ino === published.ino) await moveFilesUp({ jobDir, attempt, attemptDir, runDir });
  }
}

/** A late run of an older attempt must not cover the files of a newer one: its files stay in `attempt-N/`. */
async function moveFilesUp(run: RunDirectory): Promise<void> {
  const attempts = parseAttemptNames(await readdir(run.jobDir));
  const target = attempts.some((attempt) => attempt > run.attempt) ? run.attemptDir : run.jobDir;
  const earlier = attempts.findLast((attempt) => attempt < run.attempt) ?? 0;
  // Another consumer that found the same result may be moving as well, and have taken any of the files.
  for (const name of await readdir(run.runDir).catch(ignoreMissing)) {
    if (name === resultFileName || isRunScratch(name)) continue;
    await moveFile(join(run.runDir, name), target, attemptDirOf(run.jobDir, earlier)).catch(ignoreMissing);
  }
  await rm(run.runDir, { recursive: true, force: true });
}

/** Covers a file of the same name; a directory of an earlier attempt, which rename(2) spares, is archived. */
async function moveFile(path: string, target: string, archive: string): Promise<void> {
  const place = join(target, basename(path));
  try {
    await rename(path, place);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(systemErrorCode(error) ?? '')) throw error;
    await mkdir(archive, { recursive: true });
    await rename(place, join(archive, basename(path)));
    await rename(path, place);
  }
}

/** Runs of this attempt that were interrupted or lost before keep their files, but not gigabytes of scratch. */
async function removeScratchOfRuns(attemptDir: string): Promise<void> {
  for (const run of await readdir(attemptDir)) {
    if (!run.startsWith('run-')) continue;
    const names = await readdir(join(attemptDir, run)).catch(ignoreMissing);
    for (const name of names.filter(isRunScratch)) await rm(join(attemptDir, run, name), { force: true });
  }
}

function ignoreMissing(error: unknown): [] {
  if (systemErrorCode(error) !== 'ENOENT') throw error;
  return [];
}
