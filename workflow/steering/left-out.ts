import { z } from 'zod';
import { type LeftOut, skipCauses } from '../../core/waiting/left-out.ts';
import { inTransaction } from '../database/in-transaction.ts';
import { withRetry } from '../database/with-retry.ts';
import { loadNames } from '../names/load-names.ts';
import type { Workflow } from '../database/workflow.ts';

const noteSchema = z.object({
  notedAt: z.iso.datetime(),
  notedBy: z.string(),
  leftOut: z.array(
    z.object({
      cause: z.enum(skipCauses),
      records: z.int().positive(),
      examples: z.array(z.int()),
      reason: z.string(),
    }),
  ),
});

/** Which waiting records the last look through all of them left out, who looked, and when (ISO 8601 UTC). */
export type LeftOutNote = { notedAt: string; notedBy: string; leftOut: LeftOut[] };

/** null: nobody has looked yet, or nothing was left out. A note of a newer oact counts as none. */
export function readLeftOut(workflow: Workflow): LeftOutNote | null {
  const select = workflow.db
    .prepare<[], string>(`select value from oact_meta where key = 'left_out'`)
    .pluck();
  const text = withRetry(workflow, () => select.get());
  if (text === undefined) return null;
  try {
    const note = noteSchema.parse(JSON.parse(text));
    return { ...note, leftOut: nameLeftOut(workflow, note.leftOut) };
  } catch {
    return null;
  }
}

/** The same with the names of the examples. */
export function nameLeftOut(workflow: Workflow, leftOut: readonly LeftOut[]): LeftOut[] {
  const names = loadNames(
    workflow,
    leftOut.flatMap(({ examples }) => examples),
  );
  return leftOut.map((one) => {
    const own = one.examples.flatMap((id) => {
      const name = names.get(id);
      return name === undefined ? [] : [[id, name] as const];
    });
    return own.length === 0 ? one : { ...one, names: Object.fromEntries(own) };
  });
}

/** Notes what a look through all waiting records left out. What stands there already is not written again. */
export function noteLeftOut(workflow: Workflow, by: string, leftOut: readonly LeftOut[]): void {
  const before = readLeftOut(workflow);
  if (JSON.stringify(before?.leftOut ?? []) === JSON.stringify(leftOut)) return;
  const note: LeftOutNote = { notedAt: new Date().toISOString(), notedBy: by, leftOut: [...leftOut] };
  inTransaction(workflow, () =>
    leftOut.length === 0
      ? workflow.db.prepare(`delete from oact_meta where key = 'left_out'`).run()
      : workflow.db
          .prepare(`insert or replace into oact_meta (key, value) values ('left_out', ?)`)
          .run(JSON.stringify(note)),
  );
}
