import type { Logger } from '../../core/logger.ts';
import { cancelAllocation } from '../../scheduler/allocations/ask-allocations.ts';
import { schedulerNames, schedulers } from '../../scheduler/schedulers.ts';
import { type AllocationRow, changeAllocations } from '../../workflow/allocations/allocations.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';

/**
 * Cancels an allocation, and notes that oact did. Its consumers hand back what runs: that costs no attempt.
 * @returns null, or why the scheduler does not do it
 */
export async function cancelRow(
  workflow: Workflow,
  row: AllocationRow,
  { now, log, why }: { now: Date; log: Logger; why: string },
): Promise<string | null> {
  const name = schedulerNames.find((known) => known === row.scheduler);
  if (name === undefined || row.allocationId === null) return 'the scheduler has not given it an id yet';
  // Before it is done: what ends in between was cancelled by us.
  changeAllocations(workflow, new Map([[row.id, { cancelledAt: now.toISOString() }]]));
  const refusal = await cancelAllocation(schedulers[name], row.allocationId);
  if (refusal === null)
    log.info({ allocation: row.allocationId, entry: row.entry, why }, 'allocation cancelled');
  else
    log.warn(
      { allocation: row.allocationId, words: refusal },
      'the scheduler does not cancel the allocation',
    );
  return refusal;
}
