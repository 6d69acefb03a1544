import { inTransaction } from '../database/in-transaction.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';
import { isJudgedByOthers } from './record-is-ours.ts';

/** What another tool made of a record while an attempt of ours is open: it looks at the directory, and cannot know better. */
export type ForeignVerdict = { recordId: number; attempt: number; jobId: string; status: string };

const columns = `record_id as recordId, attempt, job_id as jobId, coalesce(status, 'no status') as status`;

/** SQL with a record and an attempt: its foreign verdict, if it is one that was not noted before. */
export const selectForeignVerdict = `
  select ${columns} from oact_attempts join structures on structures.id = record_id
  where record_id = ? and attempt = ? and settled_at is null and ${isJudgedByOthers}
    and foreign_status is not coalesce(status, 'no status')`;

/** All foreign verdicts of this moment. Reads the open attempts and the heads of their rows. */
export function listForeignVerdicts(workflow: Workflow): ForeignVerdict[] {
  const select = workflow.db.prepare<[], ForeignVerdict>(`
    select ${columns} from oact_attempts join structures on structures.id = record_id
    where settled_at is null and ${isJudgedByOthers}
    order by record_id, attempt`);
  return withRetry(workflow, () => select.all());
}

/**
 * Sets records that another tool has judged too early back to `running`, and notes the verdict with the attempt. Their jobs continue;
 * the true outcome is written when it comes.
 * @returns those that were not noted before, so that each is reported once
 */
export function overruleForeignVerdicts(workflow: Workflow): ForeignVerdict[] {
  // Nearly always there is none, and a transaction would take the write lock.
  if (listForeignVerdicts(workflow).length === 0) return [];
  const { db } = workflow;
  const unnoted = db.prepare<[number, number], ForeignVerdict>(selectForeignVerdict);
  const note = db.prepare('update oact_attempts set foreign_status = ? where record_id = ? and attempt = ?');
  const setBack = db.prepare(`
    update structures set status = 'running', updated_at = current_timestamp
    where id = ? and ${isJudgedByOthers}`);
  return inTransaction(workflow, () => {
    const told: ForeignVerdict[] = [];
    for (const { recordId, attempt } of listForeignVerdicts(workflow)) {
      const verdict = unnoted.get(recordId, attempt);
      setBack.run(recordId);
      if (verdict === undefined) continue;
      note.run(verdict.status, recordId, attempt);
      told.push(verdict);
    }
    return told;
  });
}
