import { expect, it } from 'vitest';
import type { JobFilter } from '../../../workflow/lookup/job-filter.ts';
import { searchJobs, type SortKey, sortKeys } from '../../../workflow/lookup/search-jobs.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { aWorkflow } from '../sample-workflow.ts';

/** How SQLite finds the ids of a list. */
function planOf(filter: JobFilter, by: SortKey): string[] {
  const { db, ...rest } = aWorkflow(3);
  const plans: string[] = [];
  const watched: Workflow['db'] = Object.create(db, {
    prepare: {
      value: (sql: string) => {
        const statement = db.prepare(sql);
        if (!/^\s*select (s\.id|count)/.test(sql) || sql.includes('page.key')) return statement;
        const named = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, '[1]']));
        const explain = db.prepare<[Record<string, string>], { detail: string }>(`explain query plan ${sql}`);
        plans.push(...explain.all(named).map(({ detail }) => detail));
        return statement;
      },
    },
  });
  searchJobs({ ...rest, db: watched }, { filter, sort: { by, descending: true }, limit: 5, offset: 1 });
  return plans;
}

/** Steps that go through rows of the table itself, which has the geometries. */
const readsRows = (plans: readonly string[]): string[] =>
  plans.filter(
    (detail) => /^(SCAN|SEARCH) (s|structures)\b/.test(detail) && !detail.includes('COVERING INDEX'),
  );

it.each(sortKeys.filter((key) => key !== 'message'))('a list sorted by %s reads no geometry', (by) => {
  const plans = planOf({}, by);
  expect(plans.length).toBeGreaterThan(0);
  expect(readsRows(plans)).toEqual([]);
});

it.each<[string, JobFilter]>([
  ['element', { elements: ['U'] }],
  ['formula', { formula: { U: 1, O: 2 } }],
  ['fail count', { failCount: { from: 1, to: 9 } }],
  ['attempts', { attempts: { from: 0, to: 0 } }],
])('a search by %s reads no geometry', (_, filter) => {
  expect(readsRows(planOf(filter, 'id'))).toEqual([]);
});

it('a search for words of an error reads the rows of those that said them', () => {
  const plans = planOf({ error: 'x' }, 'id');
  expect(plans.join('\n')).toMatch(/COVERING INDEX oact_error/);
  expect(plans.join('\n')).toMatch(/COVERING INDEX oact_attempts_reason/);
  for (const step of readsRows(plans)) expect(step).toMatch(/INTEGER PRIMARY KEY \(rowid=\?\)/);
});
