import type { Redis } from 'ioredis';
import type { IdRange } from '../../workflow/records/list-candidates.ts';
import {
  listPrioritizedJobs,
  type Place,
  type Prioritized,
  setPriority,
} from '../../workflow/steering/set-priority.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { listsOf } from '../audit/scan-queue.ts';

export interface PriorityReport extends Prioritized {
  /** Those of them whose job waits on the queue and was moved; null: Redis is down. */
  moved: number[] | null;
}

/**
 * Has records taken before or after all others. The level stays with the record: it decides what is claimed next, and where a job
 * stands when it is put on the queue, also by an audit after a loss of Redis. Jobs that wait already are moved at once; an
 * interrupted job that is handed back goes before all, as ever.
 */
export async function prioritize(
  workflow: Workflow,
  redis: Redis | null,
  { ids, place }: { ids: readonly IdRange[]; place: Place },
): Promise<PriorityReport> {
  const prioritized = setPriority(workflow, ids, place);
  if (redis === null) return { ...prioritized, moved: null };
  const lists = await listsOf(redis, workflow.campaignId);
  const changed = new Set(prioritized.ids);
  const jobs = listPrioritizedJobs(workflow);
  const ahead = jobs.filter(({ level }) => level > 0);
  // Behind all others the first one that is put there runs first.
  const behind = jobs.filter(({ level, recordId }) => level < 0 && changed.has(recordId)).toReversed();
  const moved = new Set([
    ...(await lists.moveWaiting(
      ahead.map(({ jobId }) => jobId),
      'head',
    )),
    ...(await lists.moveWaiting(
      behind.map(({ jobId }) => jobId),
      'tail',
    )),
  ]);
  const movedIds = jobs.filter(({ jobId }) => moved.has(jobId)).map(({ recordId }) => recordId);
  // Those that stood at the front before were moved as well, to stand there in order.
  const own = movedIds.filter((id) => changed.has(id)).toSorted((a, b) => a - b);
  return { ...prioritized, moved: own };
}
