import { z } from 'zod';
import { inTransaction } from '../database/in-transaction.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

const pauseSchema = z.object({ since: z.string(), reason: z.string().nullable() });

/** Since when no job is given out (ISO 8601 UTC), and a user's words. */
export type Pause = z.infer<typeof pauseSchema>;

/** Whether the campaign is paused. What stands here counts; the queue follows it. */
export function readPause(workflow: Workflow): Pause | null {
  const select = workflow.db.prepare<[], string>(`select value from oact_meta where key = 'paused'`).pluck();
  const text = withRetry(workflow, () => select.get());
  return text === undefined ? null : pauseSchema.parse(JSON.parse(text));
}

/** Pauses the campaign, or ends the pause. A pause that is on stays as it is. @returns whether that changed anything */
export function writePause(workflow: Workflow, pause: Pause | null): boolean {
  const { db } = workflow;
  return inTransaction(workflow, () => {
    const statement =
      pause === null
        ? db.prepare(`delete from oact_meta where key = 'paused'`)
        : db.prepare(`insert or ignore into oact_meta (key, value) values ('paused', ?)`);
    return statement.run(...(pause === null ? [] : [JSON.stringify(pause)])).changes > 0;
  });
}
