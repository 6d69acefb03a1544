import { z } from 'zod';
import { parseHistory } from '../core/job/job-history.ts';
import type { AttemptCounts } from '../workflow/results/result-columns.ts';

const textOrNull = z.string().nullable();

/** One line of `readFinishedScript`. */
const finishedSchema = z.tuple([
  z.string(),
  textOrNull,
  textOrNull,
  textOrNull,
  textOrNull,
  textOrNull,
  textOrNull,
]);

/** A finished job as Redis holds it. */
export interface FinishedJob {
  jobId: string;
  set: 'completed' | 'failed';
  failedReason: string | null;
  /** By the consumer's clock, ms since the epoch. */
  finishedOnMs: number | null;
  counts: AttemptCounts;
  /** Of the payload at least version and job directory; null: someone deleted it. */
  data: string | null;
}

/** The reply of `readFinishedScript`, parsed. */
export function parseFinished(reply: unknown, set: FinishedJob['set']): FinishedJob[] {
  return z
    .array(finishedSchema)
    .parse(reply)
    .map(([jobId, failedReason, finishedOn, starts, lost, progress, data]) => {
      const { handedBack, faults } = parseHistory(parseJson(progress));
      return {
        jobId,
        set,
        failedReason,
        finishedOnMs: toNumber(finishedOn),
        // BullMQ writes its stalled counter only when it has something to count.
        counts: { starts: toNumber(starts), lost: toNumber(lost) ?? 0, handedBack, faults },
        data,
      };
    });
}

function toNumber(text: string | null): number | null {
  const value = Number(text ?? Number.NaN);
  return Number.isFinite(value) ? value : null;
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
