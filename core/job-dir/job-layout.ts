import { join } from 'node:path';
import type { JobPayload } from '../job/payload.ts';

/** The published result of an attempt; its presence means that the attempt is over. */
export const resultFileName = 'result.json';

/** Present in a job directory, this file blocks the record for ever; only its presence counts. */
export const markerFileName = '.do_not_rerun.json';

/**
 * The job directory of a payload as this machine sees it. Identity is not a path: the same campaign may lie elsewhere here. Only payloads of
 * version 1 name a path of the producer's machine.
 */
export function jobDirOf({ v, jobDir }: Pick<JobPayload, 'v' | 'jobDir'>, jobRoot: string): string {
  return v === 1 ? jobDir : join(jobRoot, jobDir);
}

/** `jobDir/attempt-2`: home of one attempt's result and, later, of its files. */
export const attemptDirOf = (jobDir: string, attempt: number): string => join(jobDir, `attempt-${attempt}`);

export const resultPathOf = (jobDir: string, attempt: number): string =>
  join(attemptDirOf(jobDir, attempt), resultFileName);

/**
 * The link to the output of a run in progress. The existing tools read what ends in `out`, `.out.gz` or `logs`, or has `flux-` in its name, and would judge a
 * job that is not over by it: `DIIS Error` stands in the last lines of many a healthy run.
 */
export const liveOutputName = 'orca.out.live';

/** Attempt numbers that have a directory, ascending. */
export function parseAttemptNames(names: readonly string[]): number[] {
  return names
    .map((name) => /^attempt-(\d+)$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .toSorted((a, b) => a - b);
}
