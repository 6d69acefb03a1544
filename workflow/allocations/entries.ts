/** What stands between an entry of `allocations:` and its next submission. */
import { inTransaction } from '../database/in-transaction.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';
import { hasOwnTable } from '../schema/own-columns.ts';

/** Times are ISO 8601 UTC. */
export interface EntryRow {
  name: string;
  pausedAt: string | null;
  pausedBy: 'oact' | 'user' | null;
  pausedReason: string | null;
  /** Allocations in a row that were of no use. */
  deaths: number;
  /** Submissions in a row that the scheduler refused. */
  refusals: number;
  refusal: string | null;
  /** No submission before. */
  retryAt: string | null;
  submittedAt: string | null;
  /** As consumers of this entry announced them last. */
  slotsPerNode: number | null;
}

const newEntry: Omit<EntryRow, 'name'> = {
  pausedAt: null,
  pausedBy: null,
  pausedReason: null,
  deaths: 0,
  refusals: 0,
  refusal: null,
  retryAt: null,
  submittedAt: null,
  slotsPerNode: null,
};

export function readEntry(workflow: Workflow, name: string): EntryRow {
  return listEntries(workflow).find((entry) => entry.name === name) ?? { name, ...newEntry };
}

export function listEntries(workflow: Workflow): EntryRow[] {
  if (!hasOwnTable(workflow, 'oact_allocation_entries')) return [];
  const select = workflow.db.prepare<[], EntryRow>(`
    select name, paused_at as pausedAt, paused_by as pausedBy, paused_reason as pausedReason, deaths, refusals, refusal, retry_at as retryAt,
      submitted_at as submittedAt, slots_per_node as slotsPerNode
    from oact_allocation_entries order by name`);
  return withRetry(workflow, () => select.all());
}

/** @returns the entry as it is then */
export function changeEntry(
  workflow: Workflow,
  name: string,
  change: Partial<Omit<EntryRow, 'name'>>,
): EntryRow {
  return inTransaction(workflow, () => {
    const next = { ...readEntry(workflow, name), ...change };
    workflow.db
      .prepare(
        `insert or replace into oact_allocation_entries
           (name, paused_at, paused_by, paused_reason, deaths, refusals, refusal, retry_at, submitted_at, slots_per_node)
         values (@name, @pausedAt, @pausedBy, @pausedReason, @deaths, @refusals, @refusal, @retryAt, @submittedAt, @slotsPerNode)`,
      )
      .run(next);
    return next;
  });
}
