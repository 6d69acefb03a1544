import type { Queue } from 'bullmq';
import type { JobPayload } from '../core/payload.ts';
import { defaultJobOptions } from '../core/queue-names.ts';

/**
 * Puts jobs on the queue. An id that is already there in any state is left as it is, so repeating it after a
 * crash adds nothing. A crash in the middle leaves a part added; the audit adds the rest.
 */
export async function addJobs(
  queue: Queue,
  jobs: readonly { name: string; data: JobPayload; jobId: string }[],
): Promise<void> {
  if (jobs.length === 0) return;
  await queue.addBulk(
    jobs.map(({ name, data, jobId }) => ({ name, data, opts: { ...defaultJobOptions, jobId } })),
  );
}
