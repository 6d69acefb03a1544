/** When the campaign will end by the learned times, as the process that fills the queue found last: every view reads the same note. */
import { z } from 'zod';
import { inTransaction } from '../database/in-transaction.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

const noteSchema = z.object({
  notedAt: z.iso.datetime(),
  /** Ends; of ten such campaigns, one ends before `earlyAt` and one after `lateAt`. */
  endAt: z.iso.datetime(),
  earlyAt: z.iso.datetime(),
  lateAt: z.iso.datetime(),
  slots: z.int().positive(),
  /** Completed runs that the times were learned from, and the held-out error: half are within this factor, 90 of 100 within that. */
  runs: z.int().positive(),
  medianFactor: z.number(),
  p90Factor: z.number(),
});

export type Forecast = z.infer<typeof noteSchema>;

/** It is written each minute: an older one has lost its author, and nodes come and go. */
const freshSeconds = 300;

/** null: nobody knows, or nobody has looked lately. A note of a newer oact counts as none. */
export function readForecast(workflow: Workflow, now: Date): Forecast | null {
  const select = workflow.db
    .prepare<[], string>(`select value from oact_meta where key = 'forecast'`)
    .pluck();
  const text = withRetry(workflow, () => select.get());
  if (text === undefined) return null;
  try {
    const note = noteSchema.parse(JSON.parse(text));
    return now.getTime() - Date.parse(note.notedAt) > 1000 * freshSeconds ? null : note;
  } catch {
    return null;
  }
}

/** @param forecast null: nobody knows any more */
export function noteForecast(workflow: Workflow, forecast: Forecast | null): void {
  const remove = workflow.db.prepare(`delete from oact_meta where key = 'forecast'`);
  if (forecast === null && readForecast(workflow, new Date(0)) === null) return;
  inTransaction(workflow, () =>
    forecast === null
      ? remove.run()
      : workflow.db
          .prepare(`insert or replace into oact_meta (key, value) values ('forecast', ?)`)
          .run(JSON.stringify(forecast)),
  );
}
