/** The runs that a campaign's times are learned from: the newest that ended, with what was known before they began. */
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** What a table says of a record's size. `elements` is the column of that name: older tools may have filled it without the metal. */
export interface RecordShape {
  id: number;
  /** Symbols divided by semicolons; null: the row has none. */
  elements: string | null;
  charge: number | null;
  multiplicity: number | null;
}

export interface TimedAttempt extends RecordShape {
  seconds: number;
  /** What earlier runs of it had done, which this one did not repeat; null: it began from scratch. */
  earlierSeconds: number | null;
  outcome: 'completed' | 'failed' | 'timed_out';
  /** OS numbers of its cores, JSON. */
  cores: string | null;
  /** Options of its batch, as recordBatch stored them. */
  options: string | null;
}

/** More would make the fit slower and the law no better: what ended long ago tells least of what comes. */
const mostRuns = 1000;

/** Newest first. */
export function listTimedRuns(workflow: Workflow): TimedAttempt[] {
  const select = workflow.db.prepare<[], TimedAttempt>(`
    with ended as materialized (
      select record_id, batch_id, outcome, elapsed_seconds, earlier_seconds, cores from oact_attempts
      where settled_at is not null and elapsed_seconds > 0 and outcome in ('completed', 'failed', 'timed_out')
      order by settled_at desc limit ${mostRuns})
    select structures.id, structures.elements, structures.charge, structures.spin as multiplicity,
      elapsed_seconds as seconds, earlier_seconds as earlierSeconds, outcome, ended.cores, oact_batches.options
    from ended cross join structures on structures.id = ended.record_id
      left join oact_batches on oact_batches.id = ended.batch_id`);
  return withRetry(workflow, () => select.all());
}

/** The most cores of one node that runs were seen on together, among the newest; null: none was. At least so many it has. */
export function countCoresOfNode(workflow: Workflow): number | null {
  const select = workflow.db
    .prepare<[], number | null>(
      `with ended as materialized (
         select node, cores from oact_attempts where settled_at is not null and cores is not null and node is not null
         order by settled_at desc limit ${mostRuns})
       select max(count) from (
         select count(distinct core.value) as count from ended, json_each(ended.cores) as core group by node)`,
    )
    .pluck();
  return withRetry(workflow, () => select.get()) ?? null;
}

/** When an attempt was settled last, and whose; it changes with every settlement. null: none was. */
export function findNewestEnding(workflow: Workflow): string | null {
  const select = workflow.db
    .prepare<[], string>('select max(settled_at) from oact_attempts where settled_at is not null')
    .pluck();
  return withRetry(workflow, () => select.get()) ?? null;
}
