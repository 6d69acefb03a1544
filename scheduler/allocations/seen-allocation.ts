/** Allocations as a scheduler shows them to the user who submitted them. */

/** One allocation at one moment. */
export interface SeenAllocation {
  allocationId: string;
  /** The job name of the script or of the submission. */
  name: string;
  state: 'pending' | 'running' | 'ended';
  nodes: number | null;
  submittedAt: Date | null;
  /** When it started; of one that waits, the scheduler's estimate. */
  startsAt: Date | null;
  /** When it ends by its walltime, or ended. */
  endsAt: Date | null;
  /** Why it waits, or how it ended, in the scheduler's words. */
  words: string | null;
  /** The directory it was submitted from; null: the scheduler does not say. */
  directory: string | null;
}

/** Why a submission was refused: `limit` and `unreachable` only mean to wait. */
export type RefusalKind = 'limit' | 'unreachable' | 'refused';
