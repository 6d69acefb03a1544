import { rm } from 'node:fs/promises';
import { messageOf } from '../../core/errors.ts';
import { type ScratchItem, type ScratchKind, findScratch } from './find-scratch.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { type FinishedRecord, isAtRest } from '../../workflow/records/list-finished.ts';

/** What was removed of one record, or would be; or why nothing was. */
export interface CleanStep {
  id: number;
  /** `cleaned`: see the figures. `nothing`: it has no scratch. All else was left alone. */
  result: 'cleaned' | 'nothing' | 'no_directory' | 'outside' | 'unconfirmed' | 'changed' | 'unreachable';
  bytes: number;
  files: number;
  /** Absolute. */
  paths: string[];
  reason: string | null;
}

export interface CleanOptions {
  jobDirOf: (record: FinishedRecord) => string | null;
  /** Whether the directory, links resolved, lies below the job root. */
  isBelowRoot: (jobDir: string) => Promise<boolean>;
  /** Whether the directory itself says that the record is completed. */
  isConfirmed: (jobDir: string, record: FinishedRecord) => Promise<boolean>;
  kinds: readonly ScratchKind[];
  isDryRun: boolean;
  /** Stops between two records. */
  signal: AbortSignal;
  onProgress: (count: number) => void;
}

/** Directories looked at side by side: a network file system likes a few more waiting. */
const breadth = 8;

/**
 * Removes scratch and basis files of completed records, by the rules of the existing system: the table says completed, the directory
 * confirms it, it lies below the job root, and no attempt is open in the moment before. The table is not changed.
 */
export async function clean(
  workflow: Workflow,
  records: readonly FinishedRecord[],
  options: CleanOptions,
): Promise<CleanStep[]> {
  const steps: CleanStep[] = [];
  for (let start = 0; start < records.length && !options.signal.aborted; start += breadth) {
    const some = records.slice(start, start + breadth);
    steps.push(...(await Promise.all(some.map((record) => cleanRecord(workflow, record, options)))));
    options.onProgress(some.length);
  }
  return steps;
}

async function cleanRecord(
  workflow: Workflow,
  record: FinishedRecord,
  options: CleanOptions,
): Promise<CleanStep> {
  const left = (result: CleanStep['result'], reason: string | null = null): CleanStep => ({
    id: record.id,
    result,
    bytes: 0,
    files: 0,
    paths: [],
    reason,
  });
  const jobDir = options.jobDirOf(record);
  if (jobDir === null) return left('no_directory');
  try {
    if (!(await options.isBelowRoot(jobDir))) return left('outside', jobDir);
    const found = await findScratch(jobDir, record.attempt);
    const items = found.filter(({ kind }) => options.kinds.includes(kind));
    if (items.length === 0) return left('nothing');
    if (!(await options.isConfirmed(jobDir, record))) return left('unconfirmed', jobDir);
    if (!isAtRest(workflow, record)) return left('changed');
    if (!options.isDryRun) await remove(items);
    return {
      ...left('cleaned'),
      bytes: items.reduce((sum, { bytes }) => sum + bytes, 0),
      files: items.reduce((sum, { files }) => sum + files, 0),
      paths: items.map(({ path }) => path),
    };
  } catch (error) {
    return left('unreachable', messageOf(error));
  }
}

/** rm(1) does not follow links below a directory, and neither does this. */
async function remove(items: readonly ScratchItem[]): Promise<void> {
  for (const { path } of items) await rm(path, { recursive: true, force: true });
}
