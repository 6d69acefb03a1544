import { keyOfWarning, type WarningKey } from '../../core/job/warning.ts';
import { endedOutcomes } from '../lookup/job-filter.ts';
import { parseWarnings } from '../lookup/show-record.ts';
import { withRetry } from '../database/with-retry.ts';
import { hasOwnColumn } from '../schema/own-columns.ts';
import type { Workflow } from '../database/workflow.ts';

/** Completed records whose result has a warning of one kind. */
export type WarningCount = {
  /** null: warnings of a version that wrote no keys. */
  key: WarningKey | null;
  records: number;
  /** Ids of a few. */
  examples: number[];
};

const exampleCount = 3;

/** The warnings of completed records, by their newest attempt that came to an end; the most frequent first. */
export function countWarnings(workflow: Workflow): WarningCount[] {
  if (!hasOwnColumn(workflow, 'oact_attempts', 'warnings')) return [];
  const select = workflow.db.prepare<[], { id: number; warnings: string }>(`
    select s.id, judged.warnings from oact_attempts judged cross join structures s on s.id = judged.record_id
    where judged.warnings is not null and s.status = 'completed' and judged.outcome in ${endedOutcomes}
      and not exists (select 1 from oact_attempts later where later.record_id = judged.record_id
        and later.attempt > judged.attempt and later.outcome in ${endedOutcomes})`);
  return withRetry(workflow, () => {
    const counts = new Map<WarningKey | null, WarningCount>();
    for (const { id, warnings } of select.iterate()) {
      for (const key of new Set(parseWarnings(warnings).map((warning) => keyOfWarning(warning)))) {
        const count = counts.get(key) ?? { key, records: 0, examples: [] };
        count.records += 1;
        if (count.examples.length < exampleCount) count.examples.push(id);
        counts.set(key, count);
      }
    }
    return [...counts.values()].toSorted((one, other) => other.records - one.records);
  });
}
