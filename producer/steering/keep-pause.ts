import type { Queue } from 'bullmq';
import { listLaneQueues } from '../../core/redis/lane-queues.ts';
import { readPause } from '../../workflow/steering/pause.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';

/**
 * Makes the queues of all lanes give out no job, or give them out again, as the database says: a Redis that came back empty forgets that it was
 * paused, and who paused it may not have reached it. Running jobs continue; a fetch that blocks keeps blocking.
 * @returns what was changed; undefined: nothing
 */
export async function keepPause(workflow: Workflow, queue: Queue): Promise<'paused' | 'resumed' | undefined> {
  const isWanted = readPause(workflow) !== null;
  let hasChanged = false;
  for (const one of await listLaneQueues(queue)) {
    if ((await one.isPaused()) === isWanted) continue;
    await (isWanted ? one.pause() : one.resume());
    hasChanged = true;
  }
  if (!hasChanged) return undefined;
  return isWanted ? 'paused' : 'resumed';
}
