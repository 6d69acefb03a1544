/** Which allocation this process is in. */
import type { DetectedAllocation } from './scheduler.ts';
import { schedulerNames, type SchedulerName, schedulers } from './schedulers.ts';

/** What the scheduler granted to this process, as far as its environment tells. */
export interface Allocation extends Omit<DetectedAllocation, 'allocationId' | 'node'> {
  scheduler: SchedulerName | null;
  allocationId: string | null;
  node: string;
}

/** Reads the allocation from the environment. */
export function readAllocation(env: Record<string, string | undefined>, hostname: string): Allocation {
  for (const scheduler of schedulerNames) {
    const found = schedulers[scheduler].detect(env);
    if (found !== null) return { scheduler, ...found, node: found.node ?? hostname };
  }
  return {
    scheduler: null,
    allocationId: null,
    node: hostname,
    endsAt: null,
    restartCount: null,
    nodeCount: 1,
  };
}
