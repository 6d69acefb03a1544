import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** Records of one run that came to the same end. */
type RunEnding = {
  status: 'failed' | 'timeout';
  /** Failure class; `timed_out` for the job's own time limit, `unknown` where nobody knows. */
  class: string;
  records: number;
  /** The lowest few ids. */
  examples: number[];
};

/** How the records of one run stand. */
export type RunCounts = {
  completed: number;
  failed: number;
  timedOut: number;
  /** Those that failed or timed out, by class, most first. */
  endings: RunEnding[];
};

const keptExamples = 5;

/**
 * Counts the records that one run worked on: those of its batch, and those that were on their way when it began.
 * @param batchId null: it enqueued nothing
 */
export function countRun(
  workflow: Workflow,
  { batchId, openAtStart }: { batchId: number | null; openAtStart: readonly number[] },
): RunCounts {
  const select = workflow.db.prepare<
    [Record<string, unknown>],
    { id: number; status: string | null; class: string | null }
  >(`
    with mine as (
      select record_id as id from oact_attempts where batch_id = @batchId
      union select value from json_each(@open))
    select s.id, s.status, (
      select class from oact_attempts where record_id = s.id and outcome in ('failed', 'timed_out') order by attempt desc limit 1) as class
    from mine join structures s using (id) order by s.id`);
  return withRetry(workflow, () => {
    const counts: RunCounts = { completed: 0, failed: 0, timedOut: 0, endings: [] };
    const byClass = new Map<string, RunEnding>();
    for (const row of select.iterate({ batchId, open: JSON.stringify(openAtStart) })) {
      if (row.status === 'completed') counts.completed += 1;
      if (row.status !== 'failed' && row.status !== 'timeout') continue;
      const isTimeout = row.status === 'timeout';
      if (isTimeout) counts.timedOut += 1;
      else counts.failed += 1;
      const name = isTimeout ? 'timed_out' : (row.class ?? 'unknown');
      const ending = byClass.get(name) ?? { status: row.status, class: name, records: 0, examples: [] };
      ending.records += 1;
      if (ending.examples.length < keptExamples) ending.examples.push(row.id);
      byClass.set(name, ending);
    }
    counts.endings = [...byClass.values()].toSorted((a, b) => b.records - a.records);
    return counts;
  });
}
