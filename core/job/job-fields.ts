import { parseJobId } from './payload.ts';

/**
 * The log fields that name a job: record and attempt, too, so that one search finds all lines about a record.
 * @param data its payload as it came; the name of the record is in it when it has one
 */
export function jobFieldsOf(
  jobId: string | undefined,
  data?: unknown,
): {
  jobId: string | undefined;
  recordId?: number;
  attempt?: number;
  recordName?: string;
} {
  const name = typeof data === 'object' && data !== null && 'name' in data ? data.name : null;
  return { jobId, ...parseJobId(jobId ?? ''), ...(typeof name === 'string' && { recordName: name }) };
}
