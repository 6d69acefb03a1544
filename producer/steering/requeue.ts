import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { checkBelowRoot, outsideJobRootHint } from '../../core/below-root.ts';
import { archiveOutputs } from '../../core/job/archive-outputs.ts';
import { messageOf, systemErrorCode } from '../../core/errors.ts';
import { attemptDirOf, markerFileName, parseAttemptNames } from '../../core/job/job-layout.ts';
import { chunksOf } from '../../workflow/database/chunks-of.ts';
import type { FinishedRecord } from '../../workflow/records/list-finished.ts';
import { requeueRecords } from '../../workflow/attempts/requeue-records.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { readMarker } from '../read-marker.ts';

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
    const prepared = await Promise.all(page.map((record) => prepare(record, owner, options)));
    const ready = page.filter((_, index) => prepared[index] === undefined);
    const requeued = new Set(
      options.isDryRun ? ready.map(({ id }) => id) : requeueRecords(workflow, ready, options),
    );
    for (const [index, { id }] of page.entries()) {
      const result = requeued.has(id) ? 'requeued' : 'changed';
      steps.push(prepared[index] ?? { id, result, reason: null });
    }
    options.onProgress(page.length);
  }
  return steps;
}

/** @returns why the record cannot be requeued; undefined when its directory is ready */
async function prepare(
  record: FinishedRecord,
  owner: string,
  options: RequeueOptions,
): Promise<RequeueStep | undefined> {
  const { id, attempt } = record;
  const jobDir = options.jobDirOf(record);
  if (jobDir === null) return undefined;
  try {
    checkBelowRoot(options.jobRoot, jobDir, outsideJobRootHint);
    for (const name of parseAttemptNames(await readdir(jobDir)).map((known) => attemptDirOf(jobDir, known)))
      checkBelowRoot(jobDir, name, outsideJobRootHint);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    return { id, result: 'unreachable', reason: messageOf(error) };
  }
  const marker = readMarker(jobDir);
  if (marker !== undefined && !options.unblock) return { id, result: 'blocked', reason: marker };
  if (options.isDryRun) return undefined;
  try {
    await archiveOutputs(jobDir, attempt + 1, owner);
    if (marker !== undefined) await archiveMarker(jobDir, attempt);
    return undefined;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    return { id, result: 'unreachable', reason: messageOf(error) };
  }
}

async function archiveMarker(jobDir: string, attempt: number): Promise<void> {
  const archive = attemptDirOf(jobDir, attempt);
  await mkdir(archive, { recursive: true });
  await rename(join(jobDir, markerFileName), join(archive, markerFileName));
}
