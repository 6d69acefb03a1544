import { isAbsolute, relative } from 'node:path';
import { z } from 'zod';
import { jobDirOf as placeOf, resultPathOf } from '../core/job/job-layout.ts';
import { parseJobId } from '../core/job/payload.ts';
import { type JobResult, parseResult } from '../core/job/result.ts';
import { readPlainFile } from '../core/plain-file.ts';

const jobDirSchema = z.object({ v: z.literal([1, 2]), jobDir: z.string() });

/**
 * The published result of a job, found through its payload; undefined when there is none, or when what is visible of it
 * here is no whole result yet.
 * The payload comes from Redis, so a directory outside the job root is not looked at.
 */
export async function readResultFile(
  jobId: string,
  data: string | null,
  jobRoot: string,
): Promise<JobResult | undefined> {
  const id = parseJobId(jobId);
  const jobDir = jobDirOf(data, jobRoot);
  if (!id || jobDir === undefined) return undefined;
  const path = resultPathOf(jobDir, id.attempt);
  try {
    return parseResult(JSON.parse(await readPlainFile(path)), path);
  } catch {
    return undefined;
  }
}

/** The job directory that a payload names, if it lies below the job root. */
export function jobDirOf(data: string | null, jobRoot: string): string | undefined {
  const jobDir = parseJobDir(data, jobRoot);
  if (jobDir === undefined) return undefined;
  const below = relative(jobRoot, jobDir);
  return below.startsWith('..') || isAbsolute(below) ? undefined : jobDir;
}

function parseJobDir(data: string | null, jobRoot: string): string | undefined {
  try {
    return placeOf(jobDirSchema.parse(JSON.parse(data ?? '')), jobRoot);
  } catch {
    return undefined;
  }
}
