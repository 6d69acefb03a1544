import { randomBytes } from 'node:crypto';
import { chunksOf } from '../../workflow/database/chunks-of.ts';
import type { FinishedRecord } from '../../workflow/records/list-finished.ts';
import { requeueRecords } from '../../workflow/attempts/requeue-records.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { freeJobDir } from './free-job-dir.ts';

/** What happened, or would happen, to one record. */
export interface RequeueStep {
  id: number;
  /** `blocked`: a marker holds it. `changed`: something else was done with it meanwhile. `unreachable`: its directory cannot be changed. */
  result: 'requeued' | 'blocked' | 'changed' | 'unreachable';
  reason: string | null;
}

export interface RequeueOptions {
  /** Nothing outside of it is touched. */
  jobRoot: string;
  /** Where the files of a record are; null: nowhere yet. */
  jobDirOf: (record: FinishedRecord) => string | null;
  /** Take markers `.do_not_rerun.json` away, into the archive. */
  unblock: boolean;
  resetFailCount: boolean;
  isDryRun: boolean;
  /** Stops between two pages. */
  signal: AbortSignal;
  onProgress: (count: number) => void;
}

/** Short transactions, and little is left half done when it is stopped. */
const pageSize = 100;

/**
 * Lets finished records run again. Their old output goes into the directory of its attempt first: where it stands, the tools
 * of the existing system would read it again and call the record failed. Files are moved before the row changes, because a
 * row that waits may be running a moment later; stopped in between, a record is as finished as before.
 */
export async function requeue(
  workflow: Workflow,
  records: readonly FinishedRecord[],
  options: RequeueOptions,
): Promise<RequeueStep[]> {
  const steps: RequeueStep[] = [];
  const owner = `requeue-${randomBytes(4).toString('hex')}`;
  for (const page of chunksOf(records, pageSize)) {
    if (options.signal.aborted) break;
    const prepared = await Promise.all(
      page.map((record) => freeJobDir(options.jobDirOf(record), record.attempt, owner, options)),
    );
    const ready = page.filter((_, index) => prepared[index] === undefined);
    const requeued = new Set(
      options.isDryRun ? ready.map(({ id }) => id) : requeueRecords(workflow, ready, options),
    );
    for (const [index, { id }] of page.entries()) {
      const done = { result: requeued.has(id) ? 'requeued' : 'changed', reason: null } as const;
      steps.push({ id, ...(prepared[index] ?? done) });
    }
    options.onProgress(page.length);
  }
  return steps;
}
