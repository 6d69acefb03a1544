import { afterAll, beforeAll, expect, it } from 'vitest';
import { previewBulk } from '../../cli/board/bulk-from-board.ts';
import type { IdRange } from '../../workflow/records/list-candidates.ts';
import { aWorkflow } from '../workflow/sample-workflow.ts';
import { completed, failedOf, settleOne } from '../workflow/settled-campaign.ts';
import { aBoardWorld, type BoardWorld } from './a-board.ts';
import { formKeyOf, type Visitor, visitBoard } from './visit-board.ts';

let world: BoardWorld;
let acting: Visitor;
let reading: Visitor;
const asked: [string, readonly IdRange[]][] = [];
let previewed = 0;

beforeAll(async () => {
  world = await aBoardWorld();
  reading = visitBoard(await world.start(), world.token);
  const board = await world.start({
    bulk: {
      preview: (_verb, ids) => {
        const count = ids.reduce((sum, { from, to }) => sum + to - from + 1, 0) + previewed;
        return Promise.resolve({ count, text: `${count} would be <moved>`, command: 'oact priority' });
      },
      act: (verb, ids) => {
        asked.push([verb, ids]);
        return Promise.resolve({ isDone: true, sentence: 'They were moved.' });
      },
    },
  });
  acting = visitBoard(board, world.token);
});
afterAll(() => world?.remove());

const post = async (path: string, fields: [string, string][], visitor = acting): Promise<Response> => {
  const headers = await visitor.logIn();
  const key = formKeyOf(await (await visitor.get('/jobs', { headers })).text());
  const body = new URLSearchParams([['key', key], ...fields]);
  return visitor.get(path, { method: 'POST', body, headers });
};
const fieldOf = (page: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';

it('shows what would happen to the marked records, and does it after a yes', async () => {
  expect(await acting.pageOf('/jobs')).toMatch(/<input type="checkbox" name="id" value="1"/);
  const marked: [string, string][] = [
    ['verb', 'front'],
    ['scope', 'selected'],
    ['id', '3'],
    ['id', '4'],
    ['id', '9'],
  ];
  const page = await (await post('/actions/preview', [...marked, ['search', 'status=to_run']])).text();
  expect(page).toContain('3 would be &lt;moved&gt;');
  expect(page).toContain('href="/jobs?status=to_run"');
  asked.length = 0;
  const fields = ['verb', 'scope', 'id', 'search'].map((name): [string, string] => [
    name,
    fieldOf(page, name),
  ]);
  const done = await post('/actions/bulk', fields);
  expect(done.headers.get('location')).toBe('/jobs?status=to_run');
  expect(asked).toEqual([
    [
      'front',
      [
        { from: 3, to: 4 },
        { from: 9, to: 9 },
      ],
    ],
  ]);
});

it('takes all that match by their search, and asks again when the list has changed meanwhile', async () => {
  const page = await (
    await post('/actions/preview', [
      ['verb', 'cancel'],
      ['scope', 'all'],
      ['search', 'q=1-5 to_run'],
    ])
  ).text();
  expect(fieldOf(page, 'count')).toBe('5');
  const fields = ['verb', 'scope', 'search', 'count'].map((name): [string, string] => [
    name,
    fieldOf(page, name),
  ]);
  asked.length = 0;
  previewed = 1;
  const changed = await post('/actions/bulk', fields);
  expect(decodeURIComponent(decodeURIComponent(changed.headers.get('set-cookie') ?? ''))).toContain(
    'finds 6 records now, it was 5',
  );
  expect(asked).toEqual([]);
  previewed = 0;
  await post('/actions/bulk', fields);
  expect(asked).toEqual([['cancel', [{ from: 1, to: 5 }]]]);
});

it('is refused on a board that is read-only, whose list has no boxes and an export all the same', async () => {
  const page = await reading.pageOf('/jobs');
  expect(page).not.toContain('type="checkbox"');
  expect(page).toContain('href="/jobs/export.csv"');
  expect(
    (
      await post(
        '/actions/bulk',
        [
          ['verb', 'cancel'],
          ['id', '1'],
        ],
        reading,
      )
    ).status,
  ).toBe(403);
});

it('exports what matches, line by line, with cells that no spreadsheet runs', async () => {
  const csv = await reading.pageOf('/jobs/export.csv?q=failed');
  const lines = csv.trim().split('\n');
  expect(lines[0]).toMatch(/^id,origIndex,name,formula,/);
  expect(lines[1]).toMatch(/^17,16,UCl4-7,.*scf_not_converged/);
  expect(lines).toHaveLength(2);
  const rows = (await reading.pageOf('/jobs/export.jsonl')).trim().split('\n');
  expect(rows).toHaveLength(20);
  expect(JSON.parse(rows[16] ?? '')).toMatchObject({ id: 17, name: 'UCl4-7' });
});

it('says what the command line would', async () => {
  const workflow = aWorkflow(6);
  settleOne(workflow, 1, completed);
  settleOne(workflow, 2, failedOf('oom_killed'));
  const campaign = { jobRoot: '/nowhere', config: { jobDirPattern: 'job_{id}' } };
  const preview = (verb: 'requeue' | 'cancel' | 'front') =>
    // @ts-expect-error of a campaign, the preview asks only where its directories are
    previewBulk({ campaign, workflow }, verb, [{ from: 1, to: 4 }]);
  expect(await preview('requeue')).toMatchObject({
    count: 2,
    text: expect.stringMatching(/oom_killed.*2 would be requeued\. Nothing was changed/s),
    command: 'oact requeue --status failed,timeout,completed --ids 1-4 --dry-run',
  });
  expect(await preview('cancel')).toMatchObject({
    count: 2,
    text: expect.stringMatching(/waits in the table.*3, 4|3-4/s),
  });
  expect(await preview('front')).toMatchObject({
    count: 2,
    command: 'oact priority --ids 1-4 --front --dry-run',
  });
});
