import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { tidyReason } from '../../core/job/cancellation.ts';
import { resultPathOf } from '../../core/job-dir/job-layout.ts';
import { jobIdOf } from '../../core/job/payload.ts';
import { chunksOf } from '../../workflow/database/chunks-of.ts';
import type { CancellableRecord } from '../../workflow/steering/list-cancellable.ts';
import { loadJobDirs } from '../../workflow/records/load-job-dirs.ts';
import { cancelWaiting, requestCancel } from '../../workflow/steering/request-cancel.ts';
import { filterOpen } from '../../workflow/attempts/filter-open.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { applyCancellations } from './apply-cancellations.ts';

/** What happened to one record. */
export interface CancelStep {
  id: number;
  jobId: string | null;
  /**
   * `cancelled`: it will not run. `asked`: it runs; its consumer stops it within a minute. `finished`: it has a result, which counts.
   * `pending`: Redis is down; it is cancelled when it is back. `changed`: it came to another end meanwhile. `foreign`: another tool runs it.
   */
  result: 'cancelled' | 'asked' | 'finished' | 'pending' | 'changed' | 'foreign';
}

export interface CancelOptions {
  lane: string;
  /** A user's words; shown as the record's error. */
  reason: string;
  /** See core/job/queue-names.ts. */
  noticeSeconds: number;
  /** Stops between two pages; what is left out has no step. */
  signal?: AbortSignal;
  onProgress?: (count: number) => void;
}

/** Short transactions, and a stop signal is heard in between. */
const pageSize = 500;

/**
 * Cancels records that wait or run. The database is changed first, in short transactions: from then on the audit does what is left,
 * even if this process is killed. What waits is over when this resolves; what runs is stopped by its consumer, which hears of it within
 * ten seconds and answers when nothing of it is left.
 * @param open null: Redis is down. When it goes away meanwhile, this waits for it; the audit would do the rest.
 */
export async function cancel(
  workflow: Workflow,
  open: { queue: Queue; redis: Redis } | null,
  records: readonly CancellableRecord[],
  options: CancelOptions,
): Promise<CancelStep[]> {
  const words = tidyReason(options.reason);
  const noted: CancellableRecord[] = [];
  const cancelled = new Set<number>();
  for (const page of chunksOf(records, pageSize)) {
    if (options.signal?.aborted === true) break;
    const waiting = page.filter(({ status }) => status === 'to_run').map(({ id }) => id);
    for (const id of cancelWaiting(workflow, waiting, words)) cancelled.add(id);
    requestCancel(workflow, attemptsOf(page), words);
    noted.push(...page);
    options.onProgress?.(page.length);
    await setImmediate();
  }
  const { lane, noticeSeconds } = options;
  const closed =
    open === null
      ? []
      : await applyCancellations(workflow, open.queue, open.redis, { lane, noticeSeconds, isDryRun: false });
  return describe(workflow, noted, cancelled, new Set(closed), open === null);
}

function attemptsOf(records: readonly CancellableRecord[]): { recordId: number; attempt: number }[] {
  return records.flatMap(({ id, attempt }) => (attempt === null ? [] : [{ recordId: id, attempt }]));
}

function describe(
  workflow: Workflow,
  records: readonly CancellableRecord[],
  cancelled: ReadonlySet<number>,
  closed: ReadonlySet<string>,
  isRedisAway: boolean,
): CancelStep[] {
  const attempts = attemptsOf(records);
  const jobDirs = loadJobDirs(
    workflow,
    attempts.map(({ recordId }) => recordId),
  );
  const stillOpen = filterOpen(
    workflow,
    attempts.map(({ recordId, attempt }) => jobIdOf(recordId, attempt)),
  );
  return records.map(({ id, status, attempt }): CancelStep => {
    if (status === 'to_run') return { id, jobId: null, result: cancelled.has(id) ? 'cancelled' : 'changed' };
    if (attempt === null) return { id, jobId: null, result: 'foreign' };
    const jobId = jobIdOf(id, attempt);
    if (closed.has(jobId)) return { id, jobId, result: 'cancelled' };
    if (!stillOpen.has(jobId)) return { id, jobId, result: 'changed' };
    const jobDir = jobDirs.get(id);
    if (jobDir !== undefined && existsSync(resultPathOf(jobDir, attempt)))
      return { id, jobId, result: 'finished' };
    return { id, jobId, result: isRedisAway ? 'pending' : 'asked' };
  });
}
