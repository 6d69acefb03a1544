// The published result of a finished job, found through its payload: the one witness of what was computed.
import { isAbsolute, relative } from 'node:path';
import { z } from 'zod';
import { messageOf, systemErrorCode } from '../core/errors.ts';
import { jobDirOf as placeOf, resultPathOf } from '../core/job-dir/job-layout.ts';
import { parseJobId, payloadVersions } from '../core/job/payload.ts';
import { type JobResult, parseResultText } from '../core/job/result.ts';
import { readPlainFile } from '../core/plain-file.ts';

const jobDirSchema = z.object({ v: z.literal(payloadVersions), jobDir: z.string() });

export type PublishedFile =
  | { kind: 'result'; result: JobResult }
  /** There is none, or it is not visible here yet. */
  | { kind: 'none'; path: string | null }
  /** There is one that cannot be read, or not yet as a whole. */
  | { kind: 'unreadable'; path: string; reason: string }
  /** It is whole, and another job's. */
  | { kind: 'foreign'; path: string; reason: string; isOtherCampaigns: boolean };

/** The payload comes from Redis, so a directory outside the job root is not looked at. Never throws. */
export async function readResultFile(
  jobId: string,
  data: string | null,
  place: { jobRoot: string; campaignId: string },
): Promise<PublishedFile> {
  const id = parseJobId(jobId);
  const jobDir = jobDirOf(data, place.jobRoot);
  if (!id || jobDir === undefined) return { kind: 'none', path: null };
  const path = resultPathOf(jobDir, id.attempt);
  try {
    const result = parseResultText(await readPlainFile(path), path);
    const { campaignId, recordId, attempt } = result;
    if (campaignId === place.campaignId && recordId === id.recordId && attempt === id.attempt)
      return { kind: 'result', result };
    const reason = `${path} is of campaign ${campaignId}, record ${recordId}, attempt ${attempt}`;
    return { kind: 'foreign', path, reason, isOtherCampaigns: campaignId !== place.campaignId };
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return { kind: 'none', path };
    return { kind: 'unreadable', path, reason: messageOf(error) };
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
