// Reads `retry.classes` of oact.yaml: the catalogue's retries, with the changes of a user.
import { z } from 'zod';
import { listMistakes } from '../../core/config/mistakes/explain-issues.ts';
import { OactError } from '../../core/errors.ts';
import { catalogue, failureClasses, type RetryRule } from '../failures/catalogue.ts';
import { type RetryStep, retryStepSchema } from './retry-step.ts';

/** What follows a failure of one class, and the class in words. */
export type RetryRow = RetryRule & { readonly words: string };

/** The table in force, by failure class. */
export type RetryPolicy = Readonly<Record<string, RetryRow>>;

/**
 * Which failures are retried, how often, and what is changed: the defaults of `retry` in `oact.yaml`. Method, basis,
 * charge and multiplicity never change. What is on by default changes the way to the result only: start, converger,
 * iterations, ranks. One step changes the result by itself and is therefore off: `SThresh`, which leaves out basis functions.
 */
export const retryDefaults: RetryPolicy = Object.fromEntries(
  failureClasses.map((name) => [name, { ...catalogue[name].retry, words: catalogue[name].words }]),
);

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
  return { ...retryDefaults, ...Object.fromEntries(changed) };
}

function changeRow(name: string, value: unknown): RetryRow {
  const row = Object.hasOwn(retryDefaults, name) ? retryDefaults[name] : undefined;
  if (row === undefined) {
    const known = Object.keys(retryDefaults).filter((key) => retryDefaults[key]?.isFinal !== true);
    throw invalid(name, 'is no class that can be retried', `Classes are ${known.join(', ')}.`);
  }
  if (row.isFinal === true) {
    const hint = 'Take it out; see oact config show for the classes that can be.';
    throw invalid(name, `is never retried: ${row.why ?? row.words}`, hint);
  }
  const parsed = changeSchema.safeParse(value ?? {});
  if (!parsed.success) {
    const hint = 'Keys are times and ladder; a rung has restart, words, without, scf and ranks.';
    throw invalid(name, `is invalid: ${listMistakes(parsed.error, changeSchema, value ?? {})}`, hint);
  }
  const { times, ladder = row.ladder } = parsed.data;
  const ofLadder = parsed.data.ladder?.length ?? row.times;
  return { ...row, ladder, times: times ?? ofLadder };
}

function invalid(name: string, problem: string, hint: string): OactError {
  return new OactError('CONFIG_INVALID', `'${name}' under 'retry.classes' ${problem}`, { hint });
}

/** What is shown of a row: what may be set, and whether its retries wait. */
export function describeRow({ times, ladder, waits }: RetryRow): {
  times: number;
  ladder: readonly RetryStep[];
  waits: boolean;
} {
  return { times, ladder, waits };
}
