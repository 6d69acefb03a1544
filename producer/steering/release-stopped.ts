import { existsSync } from 'node:fs';
import { resultPathOf } from '../../core/job-dir/job-layout.ts';
import type { QueueLists } from '../audit/scan-queue.ts';
import {
  type ReleasableAttempt,
  listReleasable,
  releaseAttempts,
} from '../../workflow/attempts/release-attempts.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';

/**
 * Takes the waiting jobs of stopped batches off the queue and gives their claims back. The queue comes first: a job that a
 * consumer has by then runs to its end and is settled. Killed in between, the audit finds open attempts of a stopped batch without a
 * job, and gives them back as well.
 * @returns the attempts that were given back, or would be
 */
export async function releaseStopped(
  workflow: Workflow,
  lists: QueueLists,
  isDryRun: boolean,
): Promise<ReleasableAttempt[]> {
  const open = listReleasable(workflow).filter(isWithoutResult);
  if (open.length === 0) return [];
  const jobIds = open.map(({ jobId }) => jobId);
  const withdrawn = new Set(await lists.withdrawWaiting(jobIds, isDryRun));
  const attempts = open.filter(({ jobId }) => withdrawn.has(jobId));
  return isDryRun ? attempts : releaseAttempts(workflow, attempts);
}

/** Gives those of the lost attempts back that are of a stopped batch: their jobs are not added again. */
export function releaseLost(
  workflow: Workflow,
  jobIds: readonly string[],
  isDryRun: boolean,
): ReleasableAttempt[] {
  if (jobIds.length === 0) return [];
  const lost = new Set(jobIds);
  const attempts = listReleasable(workflow).filter(
    (attempt) => lost.has(attempt.jobId) && isWithoutResult(attempt),
  );
  return isDryRun ? attempts : releaseAttempts(workflow, attempts);
}

/** A job that has published its result only needs a consumer to report it. */
function isWithoutResult({ jobDir, attempt }: ReleasableAttempt): boolean {
  return jobDir === null || !existsSync(resultPathOf(jobDir, attempt));
}
