import type { JobResult } from '../core/job/result.ts';
import type { MendableRecord } from '../workflow/other-tools/load-mendable.ts';
import type { Restoration } from '../workflow/other-tools/restore-records.ts';

/** What the job directory says. */
export interface DirectoryFacts {
  /** The published result of the record's newest attempt. */
  published: JobResult | undefined;
  /** When the newest plain file in it was changed, ms since the epoch; null: there is none. */
  newestFileMs: number | null;
}

/** What becomes of a record that another tool has changed while no attempt of it was open. */
export type MendingDecision =
  | { kind: 'restore'; restoration: Restoration; because: string }
  /** oact has no numbers for it: an output may lie there. */
  | { kind: 'look' }
  | { kind: 'pass' };

/**
 * Two kinds of rows that no command frees. One is `running` and nobody works on it: `--update` of the existing dashboard reads that
 * from a directory whose output lacks the words it knows, or has no output yet. One is `completed` without numbers. Both get what
 * the newest attempt says, or wait again if that is what oact wanted last. A file that is newer than this is another tool's run:
 * such a record is left alone, and a claim (`worker_id`) is respected.
 */
export function decideMending(
  record: MendableRecord,
  { published, newestFileMs }: DirectoryFacts,
): MendingDecision {
  const isCompleted = record.status === 'completed';
  const otherwise: MendingDecision = isCompleted ? { kind: 'look' } : { kind: 'pass' };
  if (record.workerId !== null) return { kind: 'pass' };
  const { attempt, settledAtMs, requeuedAtMs } = record;
  const knownUntilMs = Math.max(settledAtMs, requeuedAtMs, Date.parse(published?.finishedAt ?? '') || 0);
  if (knownUntilMs === 0) return otherwise;
  if (newestFileMs !== null && newestFileMs > knownUntilMs) return otherwise;
  const base = { recordId: record.id, from: record.status, attempt };
  const restore = (
    changes: Pick<Restoration, 'to' | 'reason' | 'metrics'>,
    because: string,
  ): MendingDecision => ({
    kind: 'restore',
    restoration: { ...base, ...changes },
    because,
  });
  if (requeuedAtMs > settledAtMs)
    return restore(
      { to: 'to_run', reason: null, metrics: null },
      'it was queued again and no consumer works on it',
    );
  if (record.outcome === 'released')
    return restore(
      { to: 'to_run', reason: null, metrics: null },
      `attempt ${attempt} was released before it ran`,
    );
  const outcome = published?.outcome.kind ?? record.outcome;
  const why = published && published.outcome.kind !== 'completed' ? published.outcome.reason : record.reason;
  const words = `attempt ${attempt} says ${outcome ?? 'nothing'}`;
  if (outcome === 'completed') {
    // Less than a result has, but the attempt keeps it even when the files are gone.
    const { finalEnergyHartree, scfCycles, wallTimeSeconds } = record;
    const metrics = published?.metrics ?? { finalEnergyHartree, scfCycles, wallTimeSeconds };
    if (metrics.finalEnergyHartree === null && isCompleted) return otherwise;
    return restore({ to: 'completed', reason: null, metrics }, words);
  }
  if (outcome === 'failed') return restore({ to: 'failed', reason: why, metrics: null }, words);
  if (outcome === 'timed_out') return restore({ to: 'timeout', reason: why, metrics: null }, words);
  // An attempt that another tool overruled: what became of it is that tool's business.
  return otherwise;
}
