import { link, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../core/errors.ts';
import { attemptDirOf, resultFileName, resultPathOf } from '../core/job-layout.ts';
import { type JobResult, parseResult } from '../core/result.ts';
import { syncDirectory, writeDurably } from './durable-file.ts';
import { parseAttemptNames, type RunDirectory } from './run-directory.ts';

/** ORCA's scratch: tens of MB to GB, of no use once the run has ended. */
const isScratch = (name: string): boolean => /\.tmp(\.\d+)?$/.test(name);

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
    return (await readPublishedResult(run.jobDir, run.attempt)) ?? result;
  }
  await syncDirectory(run.attemptDir);
  await moveFilesUp(run);
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
  for (const name of await readdir(run.runDir)) {
    if (name !== resultFileName && !isScratch(name)) await rename(join(run.runDir, name), join(target, name));
  }
  await rm(run.runDir, { recursive: true, force: true });
}
