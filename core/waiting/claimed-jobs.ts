/**
 * Where the records are whose status is `running`: the shared table knows one word for all that is claimed, and most of them
 * usually wait on the queue.
 */
export interface ClaimedJobs {
  /** Wait on the queue for a free slot. */
  queued: number;
  /** On the queue, and not given out before a moment. */
  putOff: number;
  /** Taken by a consumer. */
  running: number;
  /** At an end, and not in the table yet. */
  toSettle: number;
  /** Not on this queue: another tool's, or about to be put back by the audit. */
  elsewhere: number;
}

/** @param claimed records with the status `running`. Table and queue are read one after the other, so the last one is never below 0 */
export function splitClaimed(
  claimed: number,
  jobs: { waiting: number; delayed: number; active: number; completed: number; failed: number },
): ClaimedJobs {
  const toSettle = jobs.completed + jobs.failed;
  const known = jobs.waiting + jobs.delayed + jobs.active + toSettle;
  return {
    queued: jobs.waiting,
    putOff: jobs.delayed,
    running: jobs.active,
    toSettle,
    elsewhere: Math.max(0, claimed - known),
  };
}
