import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boardTokenPath, ensureToken } from '../../../infra/board/board-token.ts';
import { type Board, startBoard } from '../../../infra/board/start-board.ts';
import { findRedisProgram } from '../../../infra/find-redis-program.ts';
import { listen } from '../../support/tcp-proxy.ts';
import { aBoardWorld, type BoardWorld, jobName, output } from './a-board.ts';

const program = await findRedisProgram();
let world: BoardWorld;
let board: Board;
let acting: Board;
const asked: string[] = [];

beforeAll(async () => {
  world = await aBoardWorld();
  board = await world.start();
  acting = await world.start({
    requeue: (id) => {
      asked.push(`requeue ${id}`);
      return Promise.resolve({ isDone: true, sentence: `Record ${id} waits <again>.` });
    },
  });
});
afterAll(() => world?.remove());

const get = (path: string, init: RequestInit = {}, of = board): Promise<Response> =>
  fetch(new URL(path, of.url), { redirect: 'manual', ...init });
const post = (
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
  of = board,
): Promise<Response> => get(path, { method: 'POST', body: new URLSearchParams(form), headers }, of);

/** The Cookie header of a browser that showed the token once. */
async function logIn(): Promise<{ Cookie: string }> {
  const response = await post('/login', { token: world.token });
  expect(response.status).toBe(303);
  return { Cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' };
}
const pageOf = async (path: string, of = board): Promise<string> =>
  (await get(path, { headers: await logIn() }, of)).text();
const formKeyOf = (page: string): string => /name="key" value="([^"]+)"/.exec(page)?.[1] ?? 'none';

describe('the board keeps out', () => {
  it.each([
    ['who shows no token', '/', {}],
    ['who puts a token into the address', '/?token=TOKEN', {}],
    ['who shows a wrong cookie', '/', { headers: { Cookie: 'oact_board=wrong' } }],
    ['who brings a wrong token as a program', '/jobs', { headers: { Authorization: 'Bearer wrong' } }],
    ['who asks for a job', '/jobs/17', {}],
    ['who asks for a file', '/jobs/17/files/output', {}],
    ['who listens', '/live/overview', {}],
    ['a script at the queue', '/queue/api/queues', {}],
    ['who asks for the files of Bull Board', '/queue/static/favicon.ico', {}],
    ['a write without a token', '/queue/api/queues/default/pause', { method: 'PUT' }],
    ['an action without a token', '/actions/requeue/17', { method: 'POST' }],
  ])('%s', async (_who, path, init) => {
    const response = await get(path.replace('TOKEN', world.token), init);
    expect(response.status).toBe(401);
    expect(response.headers.get('set-cookie')).toBeNull();
    const text = await response.text();
    expect(text).not.toContain('my campaign');
    expect(text).not.toContain(world.token);
  });

  it('who types a wrong token into the form', async () => {
    const response = await post('/login', { token: 'wrong' });
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('not the token');
  });

  it('a browser whose session was altered, or is over', async () => {
    const { Cookie } = await logIn();
    const [name, session = ''] = Cookie.split('=');
    const [until = '', signature = ''] = session.split('.');
    for (const forged of [`${Number(until) + 1}.${signature}`, `1.${signature}`, until, `${until}.`])
      expect((await get('/', { headers: { Cookie: `${name}=${forged}` } })).status).toBe(401);
  });

  it('other users of the machine: the token is in a file of its owner, and stays the same', () => {
    expect(statSync(boardTokenPath(world.dir)).mode & 0o777).toBe(0o600);
    expect(ensureToken(world.dir)).toBe(world.token);
  });

  it('another site that sends a login', async () => {
    const response = await post('/login', { token: world.token }, { Origin: 'https://elsewhere.example' });
    expect(response.status).toBe(403);
    expect(response.headers.get('set-cookie')).toBeNull();
  });
});

describe('the board lets in', () => {
  it('who types the token, with a cookie that scripts and other sites cannot use and that does not hold it', async () => {
    const response = await post('/login', { token: world.token });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/');
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Strict/);
    expect(cookie).not.toContain(world.token);
  });

  it('a program that brings the token in a header', async () => {
    const response = await get('/', { headers: { Authorization: `Bearer ${world.token}` } });
    expect(response.status).toBe(200);
  });

  it('and lets out again', async () => {
    const headers = await logIn();
    const key = formKeyOf(await (await get('/', { headers })).text());
    const response = await post('/logout', { key }, headers);
    expect(response.status).toBe(303);
    expect(response.headers.get('set-cookie')).toMatch(/Max-Age=0/);
  });

  it.each(['/', '/jobs', '/jobs/17'])('and shows %s, which may load and run own files only', async (path) => {
    const response = await get(path, { headers: await logIn() });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-frame-options')).toBe('DENY');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const page = await response.text();
    expect(page).not.toContain(world.token);
    expect(page).not.toMatch(/(src|href)="https?:/);
    expect(page).not.toMatch(/<script(?![^>]* src=)|style="|onclick=/);
  });

  it('and serves files that browsers may keep, under a name that changes with them', async () => {
    const page = await pageOf('/');
    for (const [, path = ''] of page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
      const response = await get(path, { headers: { 'Accept-Encoding': 'identity' } });
      expect(response.status, path).toBe(200);
      expect(response.headers.get('cache-control')).toContain('immutable');
      expect(response.headers.get('content-type')).toMatch(/^(text\/(css|javascript)|image\/svg)/);
    }
    expect((await get('/assets/old/board.css')).headers.get('cache-control')).toBe('no-store');
  });
});

describe('what stands in outputs and messages is text', () => {
  it.each(['/', '/jobs', '/jobs/17', '/jobs?q=%3Cb%3E', '/jobs?status=%22%3E%3Cscript%3E'])(
    'on %s',
    async (path) => {
      const page = await pageOf(path);
      expect(page).not.toContain('<b>300</b>');
      expect(page).not.toContain('"><script>');
    },
  );

  it('and a file is never a page', async () => {
    const response = await get('/jobs/17/files/output', { headers: await logIn() });
    expect(await response.text()).toBe(output);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
  });
});

describe('the board shows files of jobs, and no others', () => {
  it.each([
    '/jobs/17/files/..%2f..%2f..%2fetc%2fpasswd',
    '/jobs/17/files/%2e%2e/%2e%2e/workflow.db',
    '/jobs/17/files/orca.gbw',
    '/jobs/17/files/constructor',
    '/jobs/..%2f17/files/output',
    '/jobs/17/files/output?attempt=../../..',
    '/jobs/17/files/output?attempt=99',
    '/jobs/99/files/output',
    '/jobs/17/files/errors',
    '/assets/x/..%2f..%2fboard-session.ts',
    '/assets/x/%2e%2e%2f%2e%2e%2f%2e%2e%2fpackage.json',
    '/queue/static/..%2f..%2f..%2f..%2fpackage.json',
  ])('%s', async (path) => {
    const response = await get(path, { headers: await logIn() });
    const text = await response.text();
    // An attempt that is no number is not asked for: then it is the newest one.
    if (path.includes('attempt=../')) expect(text).toBe(output);
    else expect(response.status).toBe(404);
    expect(text).not.toMatch(/root:|SQLite format|"name": "oact"|createHmac/);
  });

  it.each<[string, (path: string) => void]>([
    ['a link that leads out', (path) => symlinkSync('/etc/passwd', path)],
    ['a link to the token', (path) => symlinkSync(boardTokenPath(world.dir), path)],
    ['a link to itself', (path) => symlinkSync(path, path)],
    ['a directory', (path) => mkdirSync(path)],
    ['a pipe that nobody writes to', (path) => void execFileSync('mkfifo', [path])],
  ])('not %s', async (_what, make) => {
    const path = join(world.jobDir, 'orca.err');
    make(path);
    const response = await get('/jobs/17/files/errors', { headers: await logIn() });
    expect(response.status).toBe(404);
    expect(await response.text()).not.toMatch(/root:/);
    rmSync(path, { recursive: true });
  });

  it('not a job directory that is itself a link out of the job root', async () => {
    const outside = join(world.dir, 'outside');
    mkdirSync(outside, { recursive: true });
    writeFileSync(join(outside, 'orca.out'), 'secret');
    const moved = `${world.jobDir}-moved`;
    execFileSync('mv', [world.jobDir, moved]);
    symlinkSync(outside, world.jobDir);
    const response = await get('/jobs/17/files/output', { headers: await logIn() });
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('secret');
    rmSync(world.jobDir);
    execFileSync('mv', [moved, world.jobDir]);
  });
});

describe('Bull Board', () => {
  it('is shown without a word to a font server', async () => {
    const page = await pageOf('/queue');
    expect(page).toContain('my campaign');
    expect(page).not.toMatch(/(src|href)="https?:/);
    const script = /src="(static\/js\/main[^"]+)"/.exec(page)?.[1] ?? 'none';
    const file = await get(`/queue/${script}`, { headers: await logIn() });
    expect(file.status).toBe(200);
    expect(file.headers.get('content-type')).toContain('javascript');
  });

  it('shows jobs by names that a chemist reads, with the way to our page, without hundreds of lines of geometry', async () => {
    const answer = await pageOf('/queue/api/queues?activeQueue=default&status=failed&page=1');
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
              name: '#17 UO2F2 · attempt 1 · failed: scf_not_converged',
              externalUrl: { href: '/jobs/17' },
              failedReason: 'scf_not_converged: not after 300 cycles',
              data: { recordId: 17, calculation: { recipe: 'omol', atoms: '2 atoms' } },
            },
          ],
        },
      ],
    });
  });

  it('shows a payload that it does not know as it is', async () => {
    const answer = await pageOf('/queue/api/queues?activeQueue=default&status=waiting&page=1');
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
    for (const of of [board, acting])
      expect((await get(path, { method, headers: await logIn() }, of)).status).toBe(405);
    expect(await world.producerQueue.getJobCounts()).toMatchObject({ failed: 1, waiting: 1 });
  });
});

describe('actions', () => {
  it('are refused by a board that is read-only, whose pages have no button', async () => {
    const headers = await logIn();
    const page = await (await get('/jobs/17', { headers })).text();
    expect(page).not.toContain('/actions/');
    const response = await post('/actions/requeue/17', { key: formKeyOf(page) }, headers);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('--allow-actions');
  });

  it('are done for a form of our own page, which says what came of it, once', async () => {
    const headers = await logIn();
    const page = await (await get('/jobs/17', { headers }, acting)).text();
    expect(page).toContain('action="/actions/requeue/17"');
    asked.length = 0;
    const response = await post('/actions/requeue/17', { key: formKeyOf(page) }, headers, acting);
    expect(response.status).toBe(303);
    expect(asked).toEqual(['requeue 17']);
    const said = response.headers.get('set-cookie')?.split(';')[0] ?? '';
    const after = await get('/jobs/17', { headers: { Cookie: `${headers.Cookie}; ${said}` } }, acting);
    expect(await after.text()).toContain('Record 17 waits &lt;again&gt;.');
    expect(after.headers.get('set-cookie')).toMatch(/oact_said=;/);
  });

  it.each<[string, (key: string) => Record<string, string>, Record<string, string>]>([
    ['without the form’s key', () => ({}), {}],
    ['with a wrong key', () => ({ key: 'wrong' }), {}],
    ['from another site', (key) => ({ key }), { Origin: 'https://elsewhere.example' }],
    ['from another port of this host', (key) => ({ key }), { Origin: 'http://127.0.0.1:1' }],
    ['from a page of no origin', (key) => ({ key }), { Origin: 'null' }],
    ['across sites, as the browser says', (key) => ({ key }), { 'Sec-Fetch-Site': 'cross-site' }],
  ])('are refused %s', async (_how, formOf, extra) => {
    const headers = await logIn();
    const key = formKeyOf(await (await get('/jobs/17', { headers }, acting)).text());
    asked.length = 0;
    const response = await post('/actions/requeue/17', formOf(key), { ...headers, ...extra }, acting);
    expect(response.status).toBe(403);
    expect(asked).toEqual([]);
  });

  it('are refused for the key of another session, and for a link', async () => {
    const mine = await logIn();
    const key = formKeyOf(await (await get('/jobs/17', { headers: mine }, acting)).text());
    asked.length = 0;
    const bearer = { Authorization: `Bearer ${world.token}` };
    expect((await post('/actions/requeue/17', { key }, bearer, acting)).status).toBe(403);
    expect((await get('/actions/requeue/17', { headers: mine }, acting)).status).not.toBe(303);
    expect(asked).toEqual([]);
  });
});

it('what goes wrong is told without addresses, cookies or the token', async () => {
  await pageOf(`/jobs?q=${world.token}`);
  const path = join(world.dir, 'board.log');
  const log = existsSync(path) ? readFileSync(path, 'utf8') : '';
  expect(log).not.toContain(world.token);
});

it.skipIf(!program)('Redis was asked for nothing that the board’s user may not do', async () => {
  await pageOf('/');
  expect(await world.admin.acl('LOG')).toEqual([]);
});

it('a board on a port that is taken says so', async () => {
  const squatter = createServer();
  const port = await listen(squatter);
  const source = {
    title: 'x',
    campaignId: 'x',
    lane: 'default',
    jobRoot: '/',
    maxFailCount: null,
    broker: null,
  };
  await expect(
    // @ts-expect-error the port is looked at before anything else
    startBoard({ source, actions: {}, token: 'x', port }),
  ).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  squatter.close();
});
