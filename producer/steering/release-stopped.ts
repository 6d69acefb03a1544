import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { takeTurns } from '../../core/take-turns.ts';
import { resultPathOf } from '../../core/job-dir/job-layout.ts';
import type { QueueLists } from '../audit/scan-queue.ts';
import {
  type ReleasableAttempt,
  listReleasable,
  releaseAttempts,
} from '../../workflow/attempts/release-attempts.ts';
import { chunksOf } from '../../workflow/database/chunks-of.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';

/** Attempts of one transaction: it keeps the lock and the event loop for some ten ms. */
const releasedAtOnce = 200;

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
  const turn = takeTurns();
  const open: ReleasableAttempt[] = [];
  for (const attempt of listReleasable(workflow)) {
    if (isWithoutResult(attempt)) open.push(attempt);
    await turn();
  }
  if (open.length === 0) return [];
  const jobIds = open.map(({ jobId }) => jobId);
  const withdrawn = new Set(await lists.withdrawWaiting(jobIds, isDryRun));
  const attempts = open.filter(({ jobId }) => withdrawn.has(jobId));
  if (isDryRun) return attempts;
  const released: ReleasableAttempt[] = [];
  for (const chunk of chunksOf(attempts, releasedAtOnce)) {
    released.push(...releaseAttempts(workflow, chunk));
    await setImmediate();
  }
  return released;
}

/** Gives those of the lost attempts back that are of a stopped batch: their jobs are not added again. */
export function releaseLost(
  workflow: Workflow,
  jobIds: readonly string[],
  isDryRun: boolean,
): ReleasableAttempt[] {
  if (jobIds.length === 0) return [];
  const attempts = listReleasable(workflow, jobIds).filter(isWithoutResult);
  return isDryRun ? attempts : releaseAttempts(workflow, attempts);
}

/** A job that has published its result only needs a consumer to report it. */
function isWithoutResult({ jobDir, attempt }: ReleasableAttempt): boolean {
  return jobDir === null || !existsSync(resultPathOf(jobDir, attempt));
}
