/** Which allocation submitted which next one: written before and after the submission, so that a restart submits none twice. */
import { z } from 'zod';
import { inTransaction } from '../database/in-transaction.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

const noteSchema = z.object({
  /** null: it was about to be submitted; nobody knows whether it was. */
  id: z.string().nullable(),
  at: z.iso.datetime(),
});

/** The next allocation of one, and when it was submitted. */
export type SuccessorNote = z.infer<typeof noteSchema>;

const keyOf = (allocation: string): string => `successor:${allocation}`;

/** @param allocation scheduler and id: `slurm:4711`. @returns null: it has submitted none */
export function readSuccessor(workflow: Workflow, allocation: string): SuccessorNote | null {
  const select = workflow.db.prepare<[string], string>('select value from oact_meta where key = ?').pluck();
  const text = withRetry(workflow, () => select.get(keyOf(allocation)));
  return text === undefined ? null : noteSchema.parse(JSON.parse(text));
}

/** null: it was not submitted after all, or is not wanted any more. */
export function writeSuccessor(workflow: Workflow, allocation: string, note: SuccessorNote | null): void {
  inTransaction(workflow, () =>
    note === null
      ? workflow.db.prepare('delete from oact_meta where key = ?').run(keyOf(allocation))
      : workflow.db
          .prepare('insert or replace into oact_meta (key, value) values (?, ?)')
          .run(keyOf(allocation), JSON.stringify(note)),
  );
}
