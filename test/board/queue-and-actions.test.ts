import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { aBoardWorld, type BoardWorld, campaignId, jobName } from './a-board.ts';
import { formKeyOf, type Visitor, visitBoard } from './visit-board.ts';

let world: BoardWorld;
let reading: Visitor;
let acting: Visitor;
const asked: string[] = [];

beforeAll(async () => {
  world = await aBoardWorld();
  reading = visitBoard(await world.start(), world.token);
  const board = await world.start({
    requeue: (id) => {
      asked.push(`requeue ${id}`);
      return Promise.resolve({ isDone: true, sentence: `Record ${id} waits <again>.` });
    },
  });
  acting = visitBoard(board, world.token);
});
afterAll(() => world?.remove());

describe('Bull Board', () => {
  it('is shown without a word to a font server', async () => {
    const page = await reading.pageOf('/queue');
    expect(page).toContain('my campaign');
    expect(page).not.toMatch(/(src|href)="https?:/);
    const script = /src="(static\/js\/main[^"]+)"/.exec(page)?.[1] ?? 'none';
    const file = await reading.get(`/queue/${script}`, { headers: await reading.logIn() });
    expect(file.status).toBe(200);
    expect(file.headers.get('content-type')).toContain('javascript');
  });

  it('shows jobs by names that a chemist reads, with the way to our page, without hundreds of lines of geometry', async () => {
    const answer = await reading.pageOf('/queue/api/queues?activeQueue=default&status=failed&page=1');
    expect(jobName).toContain('record 17');
    expect(JSON.parse(answer)).toMatchObject({
      queues: [
        {
          name: 'default',
          readOnlyMode: true,
          counts: { failed: 1, waiting: 1 },
          jobs: [
            {
              id: 'c17-a1',
              name: expect.stringMatching(/^#17 UO2F2 · attempt 1 · failed: scf_not_converged · \d/),
              externalUrl: { href: '/jobs/17' },
              failedReason: 'scf_not_converged: not after 300 cycles',
              data: { recordId: 17, calculation: { recipe: 'omol', atoms: '2 atoms' } },
            },
          ],
        },
      ],
    });
  });

  it('names the queue by campaign and lane, and shows settled jobs where a reader looks for them', async () => {
    const base = `{oact-${campaignId}}:default~settled:`;
    for (let index = 1; index <= 12; index += 1) {
      const fields = {
        name: `UF6 · record ${100 + index} · attempt 1`,
        data: '{}',
        opts: '{}',
        timestamp: '1',
        processedOn: '1000',
        finishedOn: String(2000 + index),
        returnvalue: '{"recordId":1}',
        failedReason: 'oom_killed: no memory',
      };
      await world.admin.hset(`${base}c${100 + index}-a1`, fields);
      await world.admin.zadd(`${base}failed`, 2000 + index, `c${100 + index}-a1`);
    }
    const pageOf = async (query: string): Promise<{ ids: string[]; queue: Record<string, unknown> }> => {
      const answer = await reading.pageOf(`/queue/api/queues?activeQueue=default&${query}`);
      const { queues } = z
        .object({ queues: z.array(z.looseObject({ jobs: z.array(z.object({ id: z.string() })) })) })
        .parse(JSON.parse(answer));
      return { ids: queues[0]?.jobs.map(({ id }) => id) ?? [], queue: queues[0] ?? {} };
    };
    const first = await pageOf('status=failed&page=1');
    expect(first.queue).toMatchObject({ displayName: 'my campaign · default', counts: { failed: 13 } });
    expect([first.ids.length, ...first.ids.slice(0, 2)]).toEqual([10, 'c17-a1', 'c112-a1']);
    expect((await pageOf('status=failed&page=2')).ids).toEqual(['c103-a1', 'c102-a1', 'c101-a1']);
    expect((await pageOf('status=waiting&page=1')).ids).toEqual(['c18-a1']);
    const job = await reading.pageOf('/queue/api/queues/default/c105-a1');
    expect(JSON.parse(job)).toMatchObject({ status: 'failed', job: { externalUrl: { href: '/jobs/105' } } });
    await world.admin.del(...(await world.admin.keys(`${base}*`)));
  });

  it('shows a payload that it does not know as it is', async () => {
    const answer = await reading.pageOf('/queue/api/queues?activeQueue=default&status=waiting&page=1');
    expect(JSON.parse(answer)).toMatchObject({
      queues: [{ jobs: [{ id: 'c18-a1', data: { other: true } }] }],
    });
  });

  it.each([
    ['PUT', '/queue/api/queues/default/pause'],
    ['PUT', '/queue/api/queues/default/c17-a1/retry/failed'],
    ['PUT', '/queue/api/queues/default/c17-a1/clean'],
    ['PUT', '/queue/api/queues/default/clean/failed'],
    ['PUT', '/queue/api/queues/default/empty'],
    ['PUT', '/queue/api/queues/default/obliterate'],
    ['POST', '/queue/api/queues/default/add'],
    ['DELETE', '/queue/api/queues/default'],
  ])('writes nothing, with actions allowed or not: %s %s', async (method, path) => {
    for (const visitor of [reading, acting])
      expect((await visitor.get(path, { method, headers: await visitor.logIn() })).status).toBe(405);
    expect(await world.producerQueue.getJobCounts()).toMatchObject({ failed: 1, waiting: 1 });
  });
});

describe('actions', () => {
  it('are refused by a board that is read-only, whose pages have no button', async () => {
    const headers = await reading.logIn();
    const page = await (await reading.get('/jobs/17', { headers })).text();
    expect(page).not.toContain('/actions/');
    const response = await reading.post('/actions/requeue/17', { key: formKeyOf(page) }, headers);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('--allow-actions');
  });

  it('are done for a form of our own page, which says what came of it, once', async () => {
    const headers = await reading.logIn();
    const page = await (await acting.get('/jobs/17', { headers })).text();
    expect(page).toContain('action="/actions/requeue/17"');
    asked.length = 0;
    const response = await acting.post('/actions/requeue/17', { key: formKeyOf(page) }, headers);
    expect(response.status).toBe(303);
    expect(asked).toEqual(['requeue 17']);
    const said = response.headers.get('set-cookie')?.split(';')[0] ?? '';
    const after = await acting.get('/jobs/17', { headers: { Cookie: `${headers.Cookie}; ${said}` } });
    expect(await after.text()).toContain('Record 17 waits &lt;again&gt;.');
    expect(after.headers.get('set-cookie')).toMatch(/oact_flash=;/);
  });

  it.each<[string, (key: string) => Record<string, string>, Record<string, string>]>([
    ['without the form’s key', () => ({}), {}],
    ['with a wrong key', () => ({ key: 'wrong' }), {}],
    ['from another site', (key) => ({ key }), { Origin: 'https://elsewhere.example' }],
    ['from another port of this host', (key) => ({ key }), { Origin: 'http://127.0.0.1:1' }],
    ['from a page of no origin', (key) => ({ key }), { Origin: 'null' }],
    ['across sites, as the browser says', (key) => ({ key }), { 'Sec-Fetch-Site': 'cross-site' }],
  ])('are refused %s', async (_how, formOf, extra) => {
    const headers = await reading.logIn();
    const key = formKeyOf(await (await acting.get('/jobs/17', { headers })).text());
    asked.length = 0;
    const response = await acting.post('/actions/requeue/17', formOf(key), { ...headers, ...extra });
    expect(response.status).toBe(403);
    expect(asked).toEqual([]);
  });

  it('are refused for the key of another session, and for a link', async () => {
    const mine = await reading.logIn();
    const key = formKeyOf(await (await acting.get('/jobs/17', { headers: mine })).text());
    asked.length = 0;
    const bearer = { Authorization: `Bearer ${world.token}` };
    expect((await acting.post('/actions/requeue/17', { key }, bearer)).status).toBe(403);
    expect((await acting.get('/actions/requeue/17', { headers: mine })).status).not.toBe(303);
    expect(asked).toEqual([]);
  });
});
