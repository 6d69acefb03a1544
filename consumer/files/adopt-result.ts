import { OactError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { JobPayload } from '../../core/job/payload.ts';
import { resultPathOf } from '../../core/job-dir/job-layout.ts';
import type { JobResult } from '../../core/job/result.ts';
import { setResultAside } from '../../core/job-dir/set-aside.ts';
import { finishPublishing, readPublishedResult } from './publish-result.ts';

/**
 * A result that an earlier owner published but could not report is reported now, not computed again. One that cannot be read,
 * or that came here from another campaign, is set aside: the job runs.
 * @throws OactError JOB_DIRECTORY_OUTSIDE when another record of this campaign has its result here
 */
export async function adoptResult(payload: JobPayload, log: Logger): Promise<JobResult | undefined> {
  const result = await readOrSetAside(payload, log);
  if (!result) return undefined;
  checkOwner(result, payload);
  await finishPublishing(payload.jobDir, payload.attempt, log);
  log.info('found a published result and reported it');
  return result;
}

async function readOrSetAside(payload: JobPayload, log: Logger): Promise<JobResult | undefined> {
  const path = resultPathOf(payload.jobDir, payload.attempt);
  let why: string;
  try {
    const result = await readPublishedResult(payload.jobDir, payload.attempt);
    if (result === undefined || result.campaignId === payload.campaignId) return result;
    why = `${path} is of campaign ${result.campaignId}`;
  } catch (error) {
    // A pipe or a directory in its place is no result either.
    if (!(error instanceof OactError) || !['RESULT_INVALID', 'FILE_UNREADABLE'].includes(error.code))
      throw error;
    why = error.message;
  }
  log.warn(
    { why, movedTo: await setResultAside(path, why) },
    'set aside a result file that does not belong to this job',
  );
  return undefined;
}

/** @throws OactError JOB_DIRECTORY_OUTSIDE when the result that counts here is another record's */
export function checkOwner(result: JobResult, payload: JobPayload): void {
  if (result.recordId !== payload.recordId || result.campaignId !== payload.campaignId) {
    throw new OactError(
      'JOB_DIRECTORY_OUTSIDE',
      `${payload.jobDir} holds a result of record ${result.recordId} of campaign ${result.campaignId}: two records share this directory`,
      { hint: 'Choose a job directory pattern with {id}.' },
    );
  }
}
