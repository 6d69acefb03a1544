import { describe, expect, it } from 'vitest';
import type { JobFilter } from '../../../workflow/lookup/job-filter.ts';
import { listClasses } from '../../../workflow/lookup/list-classes.ts';
import { searchIds, searchJobs, type SearchPlace, sortKeys } from '../../../workflow/lookup/search-jobs.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { keepNames } from '../../../workflow/names/keep-names.ts';
import { aWorkflow } from '../sample-workflow.ts';
import { completed, failedOf, settleOne, timedOut } from '../settled-campaign.ts';

/** Many equal values, and many that are missing, in every column. */
function aMixedCampaign(): Workflow {
  const workflow = aWorkflow(23);
  keepNames(
    workflow,
    [3, 7, 9, 20].map((recordId) => ({ recordId, name: `m${recordId % 3}`, key: null, source: null })),
  );
  const endings = [completed, failedOf('scf_not_converged'), timedOut, failedOf('oom_killed'), completed];
  for (let id = 2; id <= 20; id += 3)
    settleOne(workflow, id, endings[id % 5] ?? completed, {
      node: `n${id % 2}`,
      seconds: 100 * (id % 4),
      finishedAt: `2026-11-22T1${id % 3}:00:00.000Z`,
    });
  return workflow;
}

describe('pages by the record that they begin behind', () => {
  const filters: JobFilter[] = [{}, { statuses: ['to_run', 'completed'] }, { attempts: { from: 0, to: 9 } }];
  const cases = sortKeys.flatMap((by) => [false, true].map((descending) => ({ by, descending })));

  it.each(cases)('forth, back and from the end, by $by, descending $descending', (sort) => {
    const workflow = aMixedCampaign();
    for (const filter of filters) {
      const ask = (at?: SearchPlace): number[] =>
        searchJobs(workflow, { filter, sort, limit: 4, at }).rows.map(({ id }) => id);
      const all = searchJobs(workflow, { filter, sort, limit: 100 }).rows.map(({ id }) => id);
      expect(all.toSorted((one, other) => one - other)).toEqual(searchIds(workflow, filter));
      const pages = Array.from({ length: Math.ceil(all.length / 4) }, (_, page) =>
        all.slice(4 * page, 4 * page + 4),
      );
      const forth = [ask()];
      while (forth.length < pages.length) forth.push(ask({ after: forth.at(-1)?.at(-1) ?? 0 }));
      expect(forth).toEqual(pages);
      expect(ask({ after: all.at(-1) ?? 0 })).toEqual([]);
      const back = [ask('last')];
      while (back.length < pages.length) back.push(ask({ before: back.at(-1)?.[0] ?? 0 }));
      expect(back.toReversed()).toEqual(pages);
    }
  });
});

it('finds what ended in a stretch of time, by charge and by multiplicity', () => {
  const workflow = aMixedCampaign();
  const ended = (from: string, to: string): number[] => searchIds(workflow, { ended: { from, to } });
  expect(ended('2026-11-22T11:00:00.000Z', '2026-11-22T12:00:00.000Z')).toEqual(
    [2, 5, 8, 11, 14, 17, 20].filter((id) => id % 3 === 1),
  );
  expect(ended('2026-11-22T12:00:00.000Z', '2026-11-22T12:00:00.001Z')).toEqual([2, 5, 8, 11, 14, 17, 20]);
  expect(ended('2026-11-22T00:00:00.000Z', '2026-11-22T12:00:00.000Z')).toEqual([]);
  workflow.db.exec('update structures set charge = -1, spin = 3 where id in (4, 5)');
  expect(searchIds(workflow, { charge: -1 })).toEqual([4, 5]);
  expect(searchIds(workflow, { charge: -1, multiplicity: 1 })).toEqual([]);
});

it('lists the classes that occur, each once', () => {
  expect(listClasses(aMixedCampaign())).toEqual(['oom_killed', 'scf_not_converged']);
  expect(listClasses(aWorkflow(2))).toEqual([]);
});
