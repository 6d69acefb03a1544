/** The table of allocations: what was submitted, what became of it. Times are ISO 8601 UTC. */
import { inTransaction } from '../database/in-transaction.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';
import { hasOwnTable } from '../schema/own-columns.ts';

/** An allocation as the database knows it. */
export interface AllocationRow {
  id: number;
  /** Of `allocations:` in oact.yaml; null: submitted by hand. */
  entry: string | null;
  scheduler: string;
  /** The scheduler's id; null: it is being submitted. */
  allocationId: string | null;
  state: 'submitting' | 'pending' | 'running' | 'ended';
  nodes: number;
  walltimeSeconds: number | null;
  submittedAt: string;
  startedAt: string | null;
  /** The scheduler's estimate. */
  startEstimate: string | null;
  endsAt: string | null;
  endedAt: string | null;
  /** When a consumer of it was first seen. */
  announcedAt: string | null;
  /** Of all its consumers together. */
  slots: number | null;
  /** When oact asked the scheduler to cancel it. */
  cancelledAt: string | null;
  /** What its end means, or why it is of no use; null: nothing yet. */
  verdict: string | null;
  /** The scheduler's words. */
  words: string | null;
}

const columns = `id, entry, scheduler, allocation_id as allocationId, state, nodes, walltime_seconds as walltimeSeconds,
  submitted_at as submittedAt, started_at as startedAt, start_estimate as startEstimate, ends_at as endsAt,
  ended_at as endedAt, announced_at as announcedAt, slots, cancelled_at as cancelledAt, verdict, words`;

/** Before the scheduler is called: a crash in between leaves a row whose job name finds the allocation again. @returns its id */
export function beginAllocation(
  workflow: Workflow,
  row: Pick<AllocationRow, 'entry' | 'scheduler' | 'nodes' | 'walltimeSeconds'>,
  now: Date,
): number {
  const insert = workflow.db.prepare(`
    insert into oact_allocations (entry, scheduler, state, nodes, walltime_seconds, submitted_at)
    values (@entry, @scheduler, 'submitting', @nodes, @walltimeSeconds, @now)`);
  return inTransaction(workflow, () =>
    Number(insert.run({ ...row, now: now.toISOString() }).lastInsertRowid),
  );
}

/** The scheduler has refused it: there is no such allocation. */
export function discardAllocation(workflow: Workflow, id: number): void {
  inTransaction(workflow, () =>
    workflow.db.prepare(`delete from oact_allocations where id = ? and state = 'submitting'`).run(id),
  );
}

/** One that was submitted by hand. @returns its id, or null when it is known already */
export function adoptAllocation(
  workflow: Workflow,
  row: Pick<AllocationRow, 'scheduler' | 'allocationId' | 'nodes' | 'submittedAt'>,
): number | null {
  const insert = workflow.db.prepare(`
    insert or ignore into oact_allocations (entry, scheduler, allocation_id, state, nodes, submitted_at)
    values (null, @scheduler, @allocationId, 'pending', @nodes, @submittedAt)`);
  return inTransaction(workflow, () => {
    const { changes, lastInsertRowid } = insert.run(row);
    return changes === 0 ? null : Number(lastInsertRowid);
  });
}

const settable = {
  allocationId: 'allocation_id',
  state: 'state',
  nodes: 'nodes',
  startedAt: 'started_at',
  startEstimate: 'start_estimate',
  endsAt: 'ends_at',
  endedAt: 'ended_at',
  announcedAt: 'announced_at',
  slots: 'slots',
  cancelledAt: 'cancelled_at',
  verdict: 'verdict',
  words: 'words',
} as const;

export type AllocationChange = Partial<Pick<AllocationRow, keyof typeof settable>>;

/** Writes what differs; an allocation that has ended stays as it is. */
export function changeAllocations(workflow: Workflow, changes: ReadonlyMap<number, AllocationChange>): void {
  if (changes.size === 0) return;
  inTransaction(workflow, () => {
    for (const [id, change] of changes) {
      const fields = Object.entries(settable).filter(([name]) => name in change);
      if (fields.length === 0) continue;
      const sets = fields.map(([name, column]) => `${column} = @${name}`).join(', ');
      workflow.db
        .prepare(`update oact_allocations set ${sets} where id = @id and state <> 'ended'`)
        .run({ ...change, id });
    }
  });
}

/** Those that have not ended, and with `since` also those that ended later than that; oldest first. */
export function listAllocations(workflow: Workflow, since: Date | null = null): AllocationRow[] {
  if (!hasOwnTable(workflow, 'oact_allocations')) return [];
  const select = workflow.db.prepare<[string | null], AllocationRow>(`
    select ${columns} from oact_allocations where state <> 'ended' or ended_at >= ? order by id`);
  return withRetry(workflow, () => select.all(since?.toISOString() ?? null));
}

/** What was computed on an allocation. */
export interface AllocationUse {
  /** Attempts that were settled on it. */
  attempts: number;
  /** Attempts whose cores or times are not known add nothing. */
  coreSeconds: number;
  slotSeconds: number;
}

/** Of attempts that came to an end: those that were handed back or vanished count on the allocation that finished them. */
export function sumAllocation(
  workflow: Workflow,
  { allocationId, submittedAt }: Pick<AllocationRow, 'allocationId' | 'submittedAt'>,
): AllocationUse {
  const none = { attempts: 0, coreSeconds: 0, slotSeconds: 0 };
  if (allocationId === null) return none;
  // By the time of the settlement: an index on the allocation would cost every settlement a page.
  const select = workflow.db.prepare<[string, string], AllocationUse>(`
    select count(*) as attempts, total(json_array_length(cores) * elapsed_seconds) as coreSeconds,
      total(elapsed_seconds) as slotSeconds
    from oact_attempts where settled_at >= ? and allocation_id = ?`);
  return withRetry(workflow, () => select.get(submittedAt, allocationId)) ?? none;
}
