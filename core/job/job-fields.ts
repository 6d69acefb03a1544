import { parseJobId } from './payload.ts';

/** The log fields that name a job: record and attempt, too, so that one search finds all lines about a record. */
export function jobFieldsOf(jobId: string | undefined): {
  jobId: string | undefined;
  recordId?: number;
  attempt?: number;
} {
  return { jobId, ...parseJobId(jobId ?? '') };
}
