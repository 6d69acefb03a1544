import type { Metrics } from '../../core/job/result.ts';
import type { AttemptView, RecordView } from '../lookup/show-record.ts';
import { listedColumns, type ResultColumn } from './result-columns.ts';

/** One result of a record, for its page and for `oact job show`. */
export type ShownResult = NonNullable<ResultColumn['shown']> & { value: string | number | null };

/**
 * The results that views show, in the order of their table. What `structures` has is the record's own; what only attempts have is that
 * of the newest one that has it.
 * @param attempts oldest first
 * @param metrics of a published result that is not settled yet: they fill the gaps
 */
export function listShownResults(
  record: Omit<RecordView, 'attempts'>,
  attempts: readonly AttemptView[],
  metrics?: Metrics,
): ShownResult[] {
  return listedColumns.flatMap(([field, { shown, inStructures, from }]) => {
    if (shown === undefined) return [];
    const rows: readonly object[] = inStructures === null ? attempts.toReversed() : [record];
    const values = rows.map((row) => new Map<string, unknown>(Object.entries(row)).get(field));
    const known = values.find((value) => typeof value === 'string' || typeof value === 'number');
    return [{ ...shown, value: known ?? from({ metrics }) ?? null }];
  });
}
