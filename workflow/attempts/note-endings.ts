import type { StoppedBatch } from '../../core/waiting/stopped-batch.ts';
import type { Settlement } from './settle-jobs.ts';
import type { Workflow } from '../database/workflow.ts';

type BatchRow = { endings: number; sameError: string | null; stoppedAt: string | null };

/**
 * Counts how the first runs of each batch ended, and stops a batch whose first `stopAfter` died of the same input error. Part of
 * the transaction that settles them. What never ran does not count: refused records and lost jobs say nothing of the input.
 * @param stopAfter 0: never
 * @returns the batches that were stopped by this
 */
export function noteEndings(
  { db }: Workflow,
  ended: readonly Settlement[],
  stopAfter: number,
): StoppedBatch[] {
  if (stopAfter === 0) return [];
  const selectBatchId = db
    .prepare<[number, number], number>(
      'select batch_id from oact_attempts where record_id = ? and attempt = ?',
    )
    .pluck();
  const select = db.prepare<[number], BatchRow>(
    'select endings, same_error as sameError, stopped_at as stoppedAt from oact_batches where id = ?',
  );
  const update = db.prepare(
    'update oact_batches set endings = @endings, same_error = @sameError, stopped_at = @stoppedAt where id = @batchId',
  );
  const errorsOf = new Map<number, (string | null)[]>();
  for (const settlement of ended) {
    if (settlement.result === null) continue;
    const batchId = selectBatchId.get(settlement.recordId, settlement.attempt) ?? 0;
    errorsOf.set(batchId, [...(errorsOf.get(batchId) ?? []), inputErrorOf(settlement)]);
  }
  return [...errorsOf].flatMap(([batchId, errors]) => {
    const before = select.get(batchId);
    if (before === undefined || isDecided(before)) return [];
    const after = errors.reduce((row, error) => countEnding(row, error, stopAfter), before);
    update.run({ ...after, batchId });
    const { endings, sameError, stoppedAt } = after;
    return stoppedAt === null || sameError === null ? [] : [{ batchId, endings, error: sameError }];
  });
}

const isDecided = ({ endings, sameError, stoppedAt }: BatchRow): boolean =>
  stoppedAt !== null || (endings > 0 && sameError === null);

function countEnding(row: BatchRow, error: string | null, stopAfter: number): BatchRow {
  if (isDecided(row)) return row;
  const endings = row.endings + 1;
  if (error === null || (row.endings > 0 && error !== row.sameError))
    return { endings, sameError: null, stoppedAt: null };
  return { endings, sameError: error, stoppedAt: endings < stopAfter ? null : new Date().toISOString() };
}

function inputErrorOf({ outcome }: Settlement): string | null {
  const isInput = outcome.kind === 'failed' && outcome.class.startsWith('input_');
  return isInput ? `${outcome.class}: ${outcome.reason}` : null;
}
