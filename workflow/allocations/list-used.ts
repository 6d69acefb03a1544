import type { Workflow } from '../database/workflow.ts';
import { type AllocationRow, type AllocationUse, listAllocations, sumAllocation } from './allocations.ts';

/** An allocation with what was computed on it. */
export type UsedAllocation = AllocationRow &
  AllocationUse & {
    /** Core-seconds of its slots without a job that came to an end; null: not known. */
    idleCoreSeconds: number | null;
  };

/** Open allocations, and those that ended since then; oldest first. */
export function listUsed(workflow: Workflow, since: Date, now: Date): UsedAllocation[] {
  return listAllocations(workflow, since).map((row) => {
    const use = sumAllocation(workflow, row);
    return { ...row, ...use, idleCoreSeconds: idleOf(row, use, now) };
  });
}

function idleOf(
  { slots, startedAt, endedAt, endsAt }: AllocationRow,
  use: AllocationUse,
  now: Date,
): number | null {
  if (slots === null || startedAt === null || use.slotSeconds === 0) return null;
  const end = Math.min(now.getTime(), Date.parse(endedAt ?? endsAt ?? now.toISOString()));
  const held = (slots * (end - Date.parse(startedAt))) / 1000;
  return Math.max(0, held - use.slotSeconds) * (use.coreSeconds / use.slotSeconds);
}
