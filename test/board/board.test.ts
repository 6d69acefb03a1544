import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boardTokenPath, ensureToken } from '../../board/server/board-token.ts';
import { startBoard } from '../../board/server/start-board.ts';
import { findRedisProgram } from '../../infra/redis/find-redis-program.ts';
import { listen } from '../support/tcp-proxy.ts';
import { aBoardWorld, type BoardWorld, output } from './a-board.ts';
import { formKeyOf, type Visitor, visitBoard } from './visit-board.ts';

const program = await findRedisProgram();
let world: BoardWorld;
let visitor: Visitor;

beforeAll(async () => {
  world = await aBoardWorld();
  visitor = visitBoard(await world.start(), world.token);
});
afterAll(() => world?.remove());

const get: Visitor['get'] = (path, init) => visitor.get(path, init);
const post: Visitor['post'] = (path, form, headers) => visitor.post(path, form, headers);
const logIn = (): ReturnType<Visitor['logIn']> => visitor.logIn();
const pageOf = (path: string): Promise<string> => visitor.pageOf(path);

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

  it.each([
    ['/jobs?status=failed&q=U%20Cl', '/jobs?status=failed&q=U%20Cl'],
    ['/jobs/17', '/jobs/17'],
    ['https://elsewhere.example/', '/'],
    ['//elsewhere.example/', '/'],
    ['/\\elsewhere.example/', '/'],
    ['/logout', '/'],
    ['/jobs\r\nSet-Cookie: a=b', '/'],
  ])('and leads to the page that was asked for, if it is one of ours: %s', async (next, expected) => {
    const response = await post('/login', { token: world.token, next });
    expect(response.headers.get('location')).toBe(expected);
  });

  it('with the page that was asked for in its form, also after a wrong token', async () => {
    const asked = await get('/jobs?class=oom_killed&status=failed', { headers: { Accept: 'text/html' } });
    const field = 'name="next" value="/jobs?class=oom_killed&amp;status=failed"';
    expect(await asked.text()).toContain(field);
    const wrong = await post('/login', { token: 'x', next: '/jobs?class=oom_killed&status=failed' });
    expect(await wrong.text()).toContain(field);
    const leaked = await get(`/jobs?token=${world.token}`, { headers: { Accept: 'text/html' } });
    expect(await leaked.text()).not.toContain(world.token);
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
      expect(response.status).toBe(200);
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
    '/jobs/17/files/output?attempt=99',
    '/jobs/99/files/output',
    '/jobs/17/files/errors',
    '/assets/x/..%2f..%2fboard-session.ts',
    '/assets/x/%2e%2e%2f%2e%2e%2f%2e%2e%2fpackage.json',
    '/queue/static/..%2f..%2f..%2f..%2fpackage.json',
  ])('%s', async (path) => {
    const response = await get(path, { headers: await logIn() });
    const text = await response.text();
    expect(response.status).toBe(404);
    expect(text).not.toMatch(/root:|SQLite format|"name": "oact"|createHmac/);
  });

  it('an attempt that is no number is not asked for', async () => {
    expect(await pageOf('/jobs/17/files/output?attempt=../../..')).toBe(output);
  });

  it.each<[string, (path: string) => void]>([
    ['a link that leads out', (path) => symlinkSync('/etc/passwd', path)],
    ['a link to the token', (path) => symlinkSync(boardTokenPath(world.dir), path)],
    ['a link to itself', (path) => symlinkSync(path, path)],
    ['a directory', (path) => mkdirSync(path)],
    [
      'a pipe that nobody writes to',
      (path) => void execFileSync('python3', ['-c', 'import os, sys; os.mkfifo(sys.argv[1])', path]),
    ],
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
