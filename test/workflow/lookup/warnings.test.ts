import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../core/job/outcome.ts';
import { claimJobs } from '../../../workflow/attempts/claim-jobs.ts';
import { settleJobs } from '../../../workflow/attempts/settle-jobs.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { searchJobs } from '../../../workflow/lookup/search-jobs.ts';
import { countWarnings } from '../../../workflow/reports/count-warnings.ts';
import { aResult, aWorkflow } from '../sample-workflow.ts';
import { completed, failedOf } from '../settled-campaign.ts';

function settle(
  workflow: Workflow,
  recordId: number,
  warnings: string[],
  outcome: Outcome = completed,
): void {
  workflow.db.prepare(`update structures set status = 'to_run' where id = ?`).run(recordId);
  const [claim] = claimJobs(workflow, { ids: [recordId], batchId: 1 });
  const attempt = claim?.attempt ?? 0;
  const result = aResult(recordId, attempt, { outcome });
  const metrics = { ...result.metrics, warnings };
  settleJobs(workflow, [{ recordId, attempt, outcome, result: { ...result, metrics } }]);
}

/** Unstable twice, one of them with spin, too; a failure with spin; one that is good since its second attempt; an old one; a spoilt one. */
function aDoubtful(): Workflow {
  const workflow = aWorkflow(7);
  settle(workflow, 1, ['unstable: the wave function is unstable', 'spin: <S**2> is 2.9']);
  settle(workflow, 2, ['unstable: another one has a lower energy']);
  settle(workflow, 3, ['spin: <S**2> is 2.9'], failedOf('opt_not_converged'));
  settle(workflow, 4, ['unstable: the first attempt']);
  settle(workflow, 4, []);
  settle(workflow, 5, ['an SCF on the way did not converge']);
  settle(workflow, 6, ['spin: x']);
  workflow.db.exec(`update oact_attempts set warnings = 'no JSON' where record_id = 6`);
  settle(workflow, 7, ['scf: a word of unstable: in the middle']);
  return workflow;
}

describe('warnings of results', () => {
  it.each([
    [['unstable'], [1, 2]],
    [['spin'], [1, 3]],
    [
      ['spin', 'unstable'],
      [1, 2, 3],
    ],
    [['irc_limit'], []],
  ])('%j are found with the newest ending', (warnings, ids) => {
    const { rows, total } = searchJobs(aDoubtful(), { filter: { warnings }, limit: 10 });
    expect(rows.map(({ id }) => id)).toEqual(ids);
    expect(total).toBe(ids.length);
  });

  it('narrow a list like any other filter', () => {
    const filter = { warnings: ['spin'], statuses: ['failed'] };
    expect(searchJobs(aDoubtful(), { filter, limit: 10 }).rows.map(({ id }) => id)).toEqual([3]);
  });

  it('are counted by kind over completed records', () => {
    expect(countWarnings(aDoubtful())).toEqual([
      { key: 'unstable', records: 2, examples: [1, 2] },
      { key: 'spin', records: 1, examples: [1] },
      { key: null, records: 1, examples: [5] },
      { key: 'scf', records: 1, examples: [7] },
    ]);
  });
});
