import { describe, expect, it } from 'vitest';
import { collectOutput } from '../../board/files/search-output.ts';
import { compareRecords } from '../../board/pages/job/compare-page.ts';
import { renderExplanation, renderNeighbours } from '../../board/pages/job/explanation.ts';
import { renderOutputPage } from '../../board/pages/job/output-page.ts';
import type { JobPageView } from '../../board/reading/read-job.ts';
import { findBeside } from '../../workflow/lookup/find-beside.ts';
import { showRecord } from '../../workflow/lookup/show-record.ts';
import { aWorkflow } from '../workflow/sample-workflow.ts';
import { completed, failedOf, settleOne } from '../workflow/settled-campaign.ts';

const read = (
  lines: readonly string[],
  from: number,
  words: string,
): ReturnType<ReturnType<typeof collectOutput>['done']> => {
  const collected = collectOutput(from, words);
  for (const line of lines) collected.push(line);
  return collected.done();
};
const output = Array.from({ length: 1200 }, (_, index) =>
  index % 300 === 10
    ? `  GEOMETRY OPTIMIZATION CYCLE   ${(index - 10) / 300 + 1}`
    : index % 400 === 399
      ? 'SCF NOT Converged'
      : `line ${index + 1}`,
);

describe('an output that is read', () => {
  it('begins at the first line, with where its cycles are', () => {
    const part = read(output, 0, '');
    expect(part).toMatchObject({ from: 1, total: 1200, matches: [], hasMore: false });
    expect(part.lines).toHaveLength(500);
    expect(part.cycles).toEqual([1, 2, 3, 4].map((cycle) => ({ cycle, line: 300 * (cycle - 1) + 11 })));
  });
  it('begins at the first line that holds the words, whatever their case, or at the line that was asked for', () => {
    expect(read(output, 0, 'not converged')).toMatchObject({
      from: 400,
      matches: [{ line: 400 }, { line: 800 }, { line: 1200 }],
    });
    expect(read(output, 900, 'not converged')).toMatchObject({ from: 900, matches: { length: 3 } });
    expect(read(output, 0, 'nothing of it')).toMatchObject({ from: 1, lines: [], matches: [] });
    expect(read(output, 9999, '')).toMatchObject({ lines: [], total: 1200 });
  });
  it('lists so many matches only, and says so', () => {
    const part = read(
      Array.from({ length: 500 }, () => 'x'),
      0,
      'X',
    );
    expect([part.matches.length, part.hasMore]).toEqual([200, true]);
  });
  it('marks the words, and shows everything else as text', async () => {
    const part = read(['a <b>bold</b> word', 'GEOMETRY OPTIMIZATION CYCLE  2'], 0, 'bold');
    const page = String(
      await renderOutputPage(
        { title: 'c', hasActions: false },
        { id: 7, attempt: 2, file: 'output', words: 'bold', part, formKey: 'k' },
      ),
    );
    expect(page).toContain('a &lt;b&gt;<mark>bold</mark>&lt;/b&gt; word');
    // Each line stands on a line of its own, whatever a formatter does to the template.
    expect(page).toMatch(/&gt; word\n<span class="line-number">2</);
    expect(page).toContain('/jobs/7/read/output?attempt=2&amp;q=bold&amp;from=2#text');
  });
});

it('a record leads to those beside it and to others like it', async () => {
  const workflow = aWorkflow(5);
  settleOne(workflow, 3, failedOf('oom_killed'), { node: 'n4' });
  workflow.db.exec('delete from structures where id = 2');
  expect(findBeside(workflow, 3)).toEqual({ previous: 1, next: 4 });
  expect(findBeside(workflow, 1)).toEqual({ previous: null, next: 3 });
  expect(findBeside(workflow, 5)).toEqual({ previous: 4, next: null });
  const record = showRecord(workflow, 3);
  if (!record) throw new Error('no record 3');
  const nav = String(await renderNeighbours(record, { previous: 1, next: 4 }));
  for (const href of ['/jobs/1', '/jobs/4', '/jobs?class=oom_killed', '/jobs?node=n4'])
    expect(nav).toContain(`href="${href}"`);
  expect(nav).toMatch(/href="\/jobs\?element=U/);
});

it('what explain says stands as text, with its commands', async () => {
  const part = String(
    await renderExplanation({ text: ['It failed: <no> memory.', 'Give it more.'], next: ['oact requeue 3'] }),
  );
  expect(part).toContain('It failed: &lt;no&gt; memory. Give it more.');
  expect(part).toContain('<code>oact requeue 3</code>');
  expect(renderExplanation(null)).toBe('');
});

it('two records are compared field by field', () => {
  const workflow = aWorkflow(2);
  settleOne(workflow, 1, completed, { node: 'n1' });
  settleOne(workflow, 2, failedOf('oom_killed'), { node: 'n1' });
  const viewOf = (id: number): JobPageView => {
    const record = showRecord(workflow, id);
    if (!record) throw new Error('no such record');
    return {
      record,
      attempt: record.attempts[0],
      running: undefined,
      metrics: undefined,
      runDir: undefined,
      input: undefined,
    };
  };
  const fields = new Map(compareRecords(viewOf(1), viewOf(2)).map(({ name, values }) => [name, values]));
  expect(fields.get('status')).toEqual(['completed', 'failed']);
  expect(fields.get('class')).toEqual(['–', 'oom_killed']);
  expect(fields.get('node')).toEqual(['n1', 'n1']);
});
