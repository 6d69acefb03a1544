import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { archiveOutputs } from '../core/job-dir/archive-outputs.ts';
import { resultPathOf } from '../core/job-dir/job-layout.ts';

export interface ClaimedDirectory {
  /** Absolute. */
  jobDir: string;
  attempt: number;
}

/** Directories prepared side by side. */
const breadth = 16;

/**
 * Makes the directories of records that have just been claimed, and moves what an earlier attempt left there into its archive. The
 * existing tools judge a record by them while its job waits: a directory that is missing is reset, an old failure is read again.
 * The consumer does the same when it begins, so what cannot be done here is passed over.
 * @param claimed of attempts that no consumer can have begun
 */
export async function prepareJobDirs(jobRoot: string, claimed: readonly ClaimedDirectory[]): Promise<void> {
  const owner = `claim-${randomBytes(4).toString('hex')}`;
  // A job root that is not mounted here must not be made in its place.
  if (!existsSync(jobRoot) && !existsSync(dirname(jobRoot))) return;
  for (let start = 0; start < claimed.length; start += breadth)
    await Promise.allSettled(claimed.slice(start, start + breadth).map((job) => prepare(job, owner)));
}

async function prepare({ jobDir, attempt }: ClaimedDirectory, owner: string): Promise<void> {
  const isNew = (await mkdir(jobDir, { recursive: true })) !== undefined;
  if (!isNew && !existsSync(resultPathOf(jobDir, attempt))) await archiveOutputs(jobDir, attempt, owner);
}
