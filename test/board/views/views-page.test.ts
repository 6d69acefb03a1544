import { expect, it } from 'vitest';
import { renderViews } from '../../../board/pages/views/views-page.ts';
import { nameKinds } from '../../../board/reading/views/name-kinds.ts';
import { parseRange } from '../../../board/reading/views/parse-range.ts';
import { atomicNumberOf } from '../../../orca/structure/elements.ts';
import { findFirstEnd, findLastEnd } from '../../../workflow/reports/find-ending-times.ts';
import { listNodeHealth } from '../../../workflow/reports/list-node-health.ts';
import { listRuns } from '../../../workflow/reports/list-runs.ts';
import { aWorkflow } from '../../workflow/sample-workflow.ts';
import { completed, failedOf, settleOne } from '../../workflow/settled-campaign.ts';

it('draws a campaign from its database, and one in which nothing has ended', async () => {
  const workflow = aWorkflow(30);
  const page = async (): Promise<string> => {
    const [first, last] = [findFirstEnd(workflow), findLastEnd(workflow)];
    const range = parseRange(() => undefined, first && last && { first, last });
    const input = {
      ...listRuns(workflow, { from: range.from, to: range.to, limit: 20 }),
      range,
      by: 'charge' as const,
      nodes: listNodeHealth(workflow),
      allocations: [],
      kindsOf: (elements: string | null) => nameKinds(elements, atomicNumberOf),
    };
    return String(await renderViews({ title: 'c', hasActions: false }, input, 'k'));
  };
  expect(await page()).toMatch(/0\s+runs ended.*No run with a node ended.*oact has submitted no allocation/s);
  for (let id = 1; id <= 25; id += 1)
    settleOne(workflow, id, id % 5 === 0 ? failedOf('oom_killed') : completed, {
      node: `n${id % 3}`,
      seconds: 100 + id,
      finishedAt: new Date(Date.parse('2026-11-22T10:00:00.000Z') + id * 60_000).toISOString(),
    });
  const drawn = await page();
  expect(drawn).toContain('25 runs ended in this');
  expect(drawn).toContain('the newest 20');
  expect(drawn).toContain('oom_killed');
  expect(drawn).not.toMatch(/NaN|Infinity|undefined/);
  expect(drawn).not.toMatch(/style="/);
});
