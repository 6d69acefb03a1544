import type { Queue } from 'bullmq';
import { readPause } from '../../workflow/steering/pause.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';

/**
 * Makes the queue give out no job, or give them out again, as the database says: a Redis that came back empty forgets that it was
 * paused, and who paused it may not have reached it. Running jobs go on; a fetch that blocks goes on blocking.
 * @returns what was changed; undefined: nothing
 */
export async function keepPause(workflow: Workflow, queue: Queue): Promise<'paused' | 'resumed' | undefined> {
  const isWanted = readPause(workflow) !== null;
  if ((await queue.isPaused()) === isWanted) return undefined;
  await (isWanted ? queue.pause() : queue.resume());
  return isWanted ? 'paused' : 'resumed';
}
