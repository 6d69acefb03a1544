import { renderFormula } from '../../core/formula.ts';
import { endedOutcomes } from '../lookup/job-filter.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** One of the runs that took longest. */
export type SlowAttempt = {
  recordId: number;
  attempt: number;
  formula: string | null;
  atomCount: number | null;
  outcome: 'completed' | 'failed' | 'timed_out';
  class: string | null;
  node: string | null;
  elapsedSeconds: number;
};

/** The attempts whose runs took longest, longest first; an index has them in this order. */
export function listSlowest(workflow: Workflow, limit = 10): SlowAttempt[] {
  const select = workflow.db.prepare<[number], Omit<SlowAttempt, 'formula'> & { elements: string | null }>(`
    with slowest as materialized (
      select record_id, attempt, outcome, class, node, elapsed_seconds from oact_attempts
      where elapsed_seconds is not null and outcome in ${endedOutcomes}
      order by elapsed_seconds desc limit ?)
    select record_id as recordId, attempt, elements, natoms as atomCount, outcome, class, node, elapsed_seconds as elapsedSeconds
    from slowest left join structures on structures.id = record_id
    order by elapsed_seconds desc, record_id`);
  return withRetry(workflow, () => select.all(limit)).map(({ elements, ...row }) => ({
    ...row,
    formula: elements === null || elements === '' ? null : renderFormula(elements.split(';')),
  }));
}
