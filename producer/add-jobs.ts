import type { Queue } from 'bullmq';
import type { JobPayload } from '../core/job/payload.ts';
import { defaultJobOptions } from '../core/job/queue-names.ts';

/** No record has a level of its own. */
const allAlike: ReadonlyMap<number, number> = new Map();

/**
 * Puts jobs on the queue, those of records above level 0 before all that wait there. An id that is already there in any state is left as it is, so repeating it after a
 * crash adds nothing. A crash in the middle leaves a part added; the audit adds the rest.
 */
export async function addJobs(
  queue: Queue,
  jobs: readonly { name: string; data: JobPayload; jobId: string }[],
  levels = allAlike,
): Promise<void> {
  if (jobs.length === 0) return;
  const levelOf = ({ data }: (typeof jobs)[number]): number => levels.get(data.recordId) ?? 0;
  const ahead = jobs.filter((job) => levelOf(job) > 0);
  // Each is put before the last: the one that is to run first comes last.
  const pushed = ahead.toReversed().toSorted((a, b) => levelOf(a) - levelOf(b));
  await queue.addBulk(
    [...jobs.filter((job) => levelOf(job) <= 0), ...pushed].map((job) => ({
      name: job.name,
      data: job.data,
      opts: { ...defaultJobOptions, jobId: job.jobId, ...(levelOf(job) > 0 && { lifo: true }) },
    })),
  );
}
