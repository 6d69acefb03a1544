import { z } from 'zod';
import { OactError } from '../../core/errors.ts';
import { type RetryStep, retryStepSchema } from './retry-step.ts';
import { type RetryRow, retryTable } from './retry-table.ts';

/** The table in force, by failure class. */
export type RetryPolicy = Readonly<Record<string, RetryRow>>;

const changeSchema = z.strictObject({
  times: z.int().min(0).max(20).optional(),
  ladder: z.array(retryStepSchema).min(1).optional(),
});

/**
 * The table of defaults with the changes of `retry.classes`.
 * @throws OactError CONFIG_INVALID that names class, key and cure
 */
export function parseRetryPolicy(changes: Readonly<Record<string, unknown>>): RetryPolicy {
  const changed = Object.entries(changes).map(([name, value]): [string, RetryRow] => [
    name,
    changeRow(name, value),
  ]);
  return { ...retryTable, ...Object.fromEntries(changed) };
}

function changeRow(name: string, value: unknown): RetryRow {
  const row = Object.hasOwn(retryTable, name) ? retryTable[name] : undefined;
  if (row === undefined) {
    const known = Object.keys(retryTable).filter((key) => retryTable[key]?.isFinal !== true);
    throw invalid(name, 'is no class that can be tried again', `Classes are ${known.join(', ')}.`);
  }
  if (row.isFinal === true) {
    const hint = 'Take it out; see oact config show for the classes that can be.';
    throw invalid(name, `is never tried again: ${row.why ?? row.words}`, hint);
  }
  const parsed = changeSchema.safeParse(value ?? {});
  if (!parsed.success) {
    const hint = 'Keys are times and ladder; a rung has restart, words, without, scf and ranks.';
    throw invalid(name, `is invalid: ${z.prettifyError(parsed.error)}`, hint);
  }
  const { times, ladder = row.ladder } = parsed.data;
  const ofLadder = parsed.data.ladder?.length ?? row.times;
  return { ...row, ladder, times: times ?? ofLadder };
}

function invalid(name: string, problem: string, hint: string): OactError {
  return new OactError('CONFIG_INVALID', `'${name}' under 'retry.classes' ${problem}`, { hint });
}

/** What is shown of a row: what may be set. */
export function describeRow({ times, ladder }: RetryRow): { times: number; ladder: readonly RetryStep[] } {
  return { times, ladder };
}
