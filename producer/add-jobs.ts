import type { KeyObject } from 'node:crypto';
import type { Queue } from 'bullmq';
import type { JobPayload } from '../core/job/payload.ts';
import { signPayload } from '../core/payload-signature.ts';
import { noteLanes, queueOfLane } from '../core/redis/lane-queues.ts';
import { defaultJobOptions } from '../core/job/queue-names.ts';

/** Known of a queue from its opening on, so that no way to add a job can forget to sign it. */
const signingKeys = new WeakMap<Queue, KeyObject>();

/** From now on, payloads that are added to this queue are signed. */
export function signJobsOf(queue: Queue, key: KeyObject): void {
  signingKeys.set(queue, key);
}

/** No record has a level of its own. */
const allAlike: ReadonlyMap<number, number> = new Map();

/** A retry that waits is `delayed` for BullMQ: the first fetch after its time has come gets it, also while no producer runs. */
function delayOf(notBefore: string | null): { delay?: number } {
  const delay = notBefore === null ? 0 : Math.max(0, Date.parse(notBefore) - Date.now());
  return delay === 0 ? {} : { delay };
}

/**
 * Puts jobs on the queue, those of records above level 0 before all that wait there. An id that is already there in any state is left as it is, so repeating it after a
 * crash adds nothing. A crash in the middle leaves a part added; the audit adds the rest.
 */
export async function addJobs(
  queue: Queue,
  jobs: readonly { name: string; data: JobPayload; jobId: string; notBefore?: string | null }[],
  levels = allAlike,
): Promise<void> {
  const lanes = new Set(jobs.map(({ data }) => data.lane));
  await noteLanes(queue, lanes);
  for (const lane of lanes) {
    const ofLane = jobs.filter(({ data }) => data.lane === lane);
    await addToLane(await queueOfLane(queue, lane), signingKeys.get(queue), ofLane, levels);
  }
}

async function addToLane(
  queue: Queue,
  key: KeyObject | undefined,
  jobs: Parameters<typeof addJobs>[1],
  levels: ReadonlyMap<number, number>,
): Promise<void> {
  const levelOf = ({ data }: (typeof jobs)[number]): number => levels.get(data.recordId) ?? 0;
  const ahead = jobs.filter((job) => levelOf(job) > 0);
  // Each is put before the last: the one that is to run first comes last.
  const pushed = ahead.toReversed().toSorted((a, b) => levelOf(a) - levelOf(b));
  await queue.addBulk(
    [...jobs.filter((job) => levelOf(job) <= 0), ...pushed].map((job) => ({
      name: job.name,
      data: key === undefined ? job.data : signPayload(job.data, key),
      opts: {
        ...defaultJobOptions,
        jobId: job.jobId,
        ...(levelOf(job) > 0 && { lifo: true }),
        ...delayOf(job.notBefore ?? null),
      },
    })),
  );
}
