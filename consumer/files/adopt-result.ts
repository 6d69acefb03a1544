import { OactError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { JobPayload } from '../../core/job/payload.ts';
import type { JobResult } from '../../core/job/result.ts';
import { finishPublishing, readPublishedResult } from './publish-result.ts';

/** A result that an earlier owner published but could not report is reported now, not computed again. */
export async function adoptResult(payload: JobPayload, log: Logger): Promise<JobResult | undefined> {
  const result = await readPublishedResult(payload.jobDir, payload.attempt);
  if (!result) return undefined;
  checkOwner(result, payload);
  await finishPublishing(payload.jobDir, payload.attempt, log);
  log.info('a published result was found and reported');
  return result;
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
