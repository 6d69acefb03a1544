import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAttemptNames } from '../core/job-dir/job-layout.ts';
import type { Outcome } from '../core/job/outcome.ts';
import type { JobResult, Metrics } from '../core/job/result.ts';
import { readPublished } from './read-published.ts';

/** As consumer/files/judge-output.ts judges; handed in, because the reconciler knows no chemistry. */
export type JudgeOutput = (
  path: string,
) => Promise<
  { kind: 'ended'; outcome: Outcome; metrics: Metrics } | { kind: 'unfinished' } | { kind: 'not_orca' }
>;

export type FoundOutput = { file: string; modifiedAtMs: number } & (
  { kind: 'ended'; outcome: Outcome; metrics: Metrics } | { kind: 'unfinished' } | { kind: 'unreadable' }
);

/** What a job directory says about its record. */
export interface Evidence {
  /** The newest published result of an attempt that the database does not know. */
  result: JobResult | undefined;
  /** The newest file that ORCA wrote directly into the directory. */
  output: FoundOutput | undefined;
  /** The highest attempt that has a directory; 0: none. */
  lastAttemptOnDisk: number;
  /** The existing system's own optimiser runs ORCA once per step: no single output is the result. */
  isSella: boolean;
}

/** Files that are not ORCA's are passed over, but not for ever. */
const longestLook = 5;

const nothing: Evidence = { result: undefined, output: undefined, lastAttemptOnDisk: 0, isSella: false };

/** One readdir; all else only for a directory that exists and holds something of that name. */
export async function findEvidence(
  jobDir: string,
  record: { campaignId: string; recordId: number; lastAttempt: number },
  judgeOutput: JudgeOutput,
): Promise<Evidence> {
  const names = await readdir(jobDir).catch((): string[] => []);
  if (names.length === 0) return nothing;
  const attempts = parseAttemptNames(names);
  const lastAttemptOnDisk = attempts.at(-1) ?? 0;
  for (const attempt of attempts.toReversed().filter((known) => known > record.lastAttempt)) {
    const result = await readPublished(jobDir, { ...record, attempt });
    if (result) return { ...nothing, result, lastAttemptOnDisk };
  }
  const isSella = names.includes('run_sella.py');
  const output = isSella ? undefined : await findOutput(jobDir, chooseOutputs(names), judgeOutput);
  return { result: undefined, output, lastAttemptOnDisk, isSella };
}

async function findOutput(
  jobDir: string,
  names: string[],
  judgeOutput: JudgeOutput,
): Promise<FoundOutput | undefined> {
  const files = await Promise.all(names.map((name) => describeFile(jobDir, name)));
  const newestFirst = files
    .filter((file) => file !== undefined)
    .toSorted((a, b) => b.modifiedAtMs - a.modifiedAtMs);
  for (const { file, modifiedAtMs } of newestFirst.slice(0, longestLook)) {
    const verdict = await judgeOutput(join(jobDir, file)).catch(() => ({ kind: 'unreadable' as const }));
    if (verdict.kind !== 'not_orca') return { file, modifiedAtMs, ...verdict };
  }
  return undefined;
}

/** While a job of ours runs, `orca.out` is a link into its run directory: nothing that has ended. */
async function describeFile(
  jobDir: string,
  file: string,
): Promise<{ file: string; modifiedAtMs: number } | undefined> {
  try {
    const path = join(jobDir, file);
    const found = await lstat(path);
    if (found.isSymbolicLink() && (await readlink(path)).startsWith('attempt-')) return undefined;
    return found.isFile() || found.isSymbolicLink() ? { file, modifiedAtMs: found.mtimeMs } : undefined;
  } catch {
    return undefined;
  }
}

/** What a job directory may hold that ORCA wrote under the existing system, best group first (its own order). */
const groups = [/out$/, /\.out\.gz$/, /logs$/];
/** Child runs for atomic guesses end normally whatever became of the molecule. */
const isAtomGuess = (name: string): boolean => /_atom\d+\.out(\.gz)?$/.test(name);

/** Files to look at: those of the first group that has any. The existing system takes the newest of them. */
export function chooseOutputs(names: readonly string[]): string[] {
  const possible = names.filter((name) => !isAtomGuess(name));
  for (const group of groups) {
    const found = possible.filter((name) => group.test(name));
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * Whether the job directory itself says that its record is completed: by the published result of its newest attempt, else by the newest
 * output that ORCA wrote there.
 */
export async function isCompletedOnDisk(
  jobDir: string,
  { id, attempt, campaignId }: { id: number; attempt: number; campaignId: string },
  judgeOutput: JudgeOutput,
): Promise<boolean> {
  const record = { campaignId, recordId: id };
  const published = attempt === 0 ? undefined : await readPublished(jobDir, { ...record, attempt });
  if (published) return published.outcome.kind === 'completed';
  const { result, output } = await findEvidence(jobDir, { ...record, lastAttempt: attempt }, judgeOutput);
  if (result) return false;
  return output?.kind === 'ended' && output.outcome.kind === 'completed';
}
