import type { Outcome } from '../../core/job/outcome.ts';
import { claimJobs } from '../../workflow/attempts/claim-jobs.ts';
import { settleJobs } from '../../workflow/attempts/settle-jobs.ts';
import type { AttemptCounts } from '../../workflow/results/result-columns.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { aResult } from './sample-workflow.ts';

export const completed: Outcome = { kind: 'completed' };
export const timedOut: Outcome = { kind: 'timed_out', reason: 'the time limit of 20h is over' };
export const failedOf = (name: string, reason = `${name}, says ORCA`): Outcome => ({
  kind: 'failed',
  class: name,
  reason,
  retryable: true,
});

/** Claims a record and settles its attempt: how it ended, where, when, and how long it took on how many cores. */
export function settleOne(
  workflow: Workflow,
  recordId: number,
  outcome: Outcome,
  details: {
    node?: string;
    finishedAt?: string;
    seconds?: number;
    cores?: number[];
    counts?: AttemptCounts;
    /** No run left a result. */
    withoutResult?: boolean;
  } = {},
): void {
  const { finishedAt = '2026-11-22T10:03:20.500Z', seconds = 100, node = 'node7', cores = [0, 1] } = details;
  workflow.db.prepare(`update structures set status = 'to_run' where id = ?`).run(recordId);
  const [claim] = claimJobs(workflow, { ids: [recordId], batchId: 1 });
  const attempt = claim?.attempt ?? 0;
  const result = aResult(recordId, attempt, {
    outcome,
    ranOn: { node, allocationId: '4711', slot: 3, cores },
    startedAt: new Date(Date.parse(finishedAt) - seconds * 1000).toISOString(),
    finishedAt,
  });
  const { counts, withoutResult } = details;
  settleJobs(workflow, [
    { recordId, attempt, outcome, result: withoutResult === true ? null : result, ...(counts && { counts }) },
  ]);
}
