import { createServer } from 'node:net';
import { statSync } from 'node:fs';
import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressOfServer, type RedisRole } from '../../core/campaign-redis.ts';
import { connectRedis, toRedisOptions } from '../../core/connect-redis.ts';
import { payloadVersion } from '../../core/payload.ts';
import { defaultJobOptions, queuePrefix } from '../../core/queue-names.ts';
import type { RedisAddress } from '../../core/redis-address.ts';
import { boardTokenPath, ensureToken } from '../../infra/board/board-token.ts';
import { type Board, startBoard } from '../../infra/board/start-board.ts';
import { findRedisProgram } from '../../infra/find-redis-program.ts';
import { startServer } from '../../infra/start-server.ts';
import { stopServer } from '../../infra/stop-server.ts';
import { type CampaignDir, makeCampaignDir } from '../support/campaign-dir.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { listen } from '../support/tcp-proxy.ts';

const jobName = 'UO2F2 · record 17 · attempt 1';
const payload = {
  v: payloadVersion,
  recordId: 17,
  attempt: 1,
  campaignId: '0a1b2c3d',
  jobDir: '/campaign/jobs/job_17',
  lane: 'default',
  calculation: {
    recipe: 'omol',
    runType: 'single_point',
    charge: 0,
    multiplicity: 1,
    atoms: [
      ['U', 0, 0, 0],
      ['O', 0, 0, 1.8],
    ],
    keywords: ['PBE'],
    blocks: [],
    blocksAfterResources: [],
  },
  timeLimitSeconds: 3600,
  timeRequestSeconds: 0,
};

const program = await findRedisProgram();
let campaign: CampaignDir;
let fallback: TestRedis | undefined;
let admin: Redis;
let producerQueue: Queue;
let boardQueue: Queue;
let board: Board;
let token: string;

/** The board works as its own Redis user where there is a campaign server, so that a forbidden command would show. */
async function startRedis(): Promise<(role: RedisRole) => RedisAddress> {
  if (program) {
    const { record } = await startServer({ campaignDir: campaign.dir, campaignId: payload.campaignId });
    return (role) => addressOfServer(record, campaign.dir, role);
  }
  const { address } = (fallback = await startTestRedis());
  return () => address;
}

beforeAll(async () => {
  campaign = makeCampaignDir();
  const address = await startRedis();
  admin = await connectRedis(address('admin'));
  const prefix = queuePrefix(payload.campaignId);
  producerQueue = new Queue('default', { connection: toRedisOptions(address('producer')), prefix });
  boardQueue = new Queue('default', {
    connection: toRedisOptions(address('board')),
    prefix,
    skipMetasUpdate: true,
  });
  await producerQueue.add(jobName, payload, { ...defaultJobOptions, jobId: 'c17-a1' });
  await producerQueue.add(
    'broken · record 18 · attempt 1',
    { other: true },
    { ...defaultJobOptions, jobId: 'c18-a1' },
  );
  const worker = new Worker('default', null, {
    connection: toRedisOptions(address('consumer')),
    prefix,
    autorun: false,
    skipStalledCheck: true,
  });
  const job = await worker.getNextJob('t');
  await job?.moveToFailed(new Error('scf_not_converged: not after 300 cycles'), 't', false);
  await worker.close();
  token = ensureToken(campaign.dir);
  board = await startBoard({ queues: [boardQueue], port: 0, token, title: 'my campaign' });
});
afterAll(async () => {
  await board?.stop();
  await board?.stop();
  await boardQueue?.close();
  await producerQueue?.close();
  admin?.disconnect();
  await fallback?.stop();
  await stopServer(campaign.dir);
  campaign.remove();
});

const get = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(new URL(path, board.url), { redirect: 'manual', ...init });

/** The Cookie header of a browser that showed the token once. */
async function logIn(): Promise<{ Cookie: string }> {
  const response = await get(`/?token=${token}`);
  expect(response.status).toBe(303);
  return { Cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

describe('the board keeps out', () => {
  it.each([
    ['who shows no token', '/', {}],
    ['who shows a wrong one', '/?token=wrong', {}],
    ['who shows an empty one', '/?token=', {}],
    ['who shows a wrong cookie', '/', { headers: { Cookie: 'oact_board=wrong' } }],
    ['a script without a token', '/api/queues', {}],
    ['who asks for its files', '/static/favicon.ico', {}],
    ['a write without a token', '/api/queues/default/pause', { method: 'PUT' }],
  ])('%s', async (_who, path, init) => {
    const response = await get(path, init);
    expect(response.status).toBe(401);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(await response.text()).not.toContain('__UI_CONFIG__');
  });

  it('who types a wrong token into the form', async () => {
    const response = await get('/login', { method: 'POST', body: new URLSearchParams({ token: 'wrong' }) });
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('not the token');
  });

  it('other users of the machine: the token is in a file of its owner, and stays the same', () => {
    expect(statSync(boardTokenPath(campaign.dir)).mode & 0o777).toBe(0o600);
    expect(ensureToken(campaign.dir)).toBe(token);
  });
});

describe('the board lets in', () => {
  it('who shows the token once, and puts it into neither cookie nor address', async () => {
    const response = await get(`/?token=${token}`);
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/');
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Strict/);
    expect(cookie).not.toContain(token);
  });

  it('who types it into the form', async () => {
    const response = await get('/login', { method: 'POST', body: new URLSearchParams({ token }) });
    expect(response.status).toBe(303);
    expect(response.headers.get('set-cookie')).toContain('HttpOnly');
  });

  it('and shows its page, which may load and run nothing from elsewhere', async () => {
    const response = await get('/', { headers: await logIn() });
    expect(response.status).toBe(200);
    const page = await response.text();
    expect(page).toContain('my campaign');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(response.headers.get('x-frame-options')).toBe('DENY');
    const script = /src="(static\/js\/main[^"]+)"/.exec(page)?.[1] ?? 'none';
    const file = await get(`/${script}`, { headers: await logIn() });
    expect(file.status).toBe(200);
    expect(file.headers.get('content-type')).toContain('javascript');
  });

  it('and shows jobs by the names that a chemist reads, without hundreds of lines of geometry', async () => {
    const answer = await get('/api/queues?activeQueue=default&status=failed&page=1', {
      headers: await logIn(),
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      queues: [
        {
          name: 'default',
          readOnlyMode: true,
          counts: { failed: 1, waiting: 1 },
          jobs: [
            {
              id: 'c17-a1',
              name: jobName,
              failedReason: 'scf_not_converged: not after 300 cycles',
              data: { recordId: 17, calculation: { recipe: 'omol', atoms: '2 atoms' } },
            },
          ],
        },
      ],
    });
  });

  it('and shows a payload that it does not know as it is', async () => {
    const answer = await get('/api/queues?activeQueue=default&status=waiting&page=1', {
      headers: await logIn(),
    });
    expect(await answer.json()).toMatchObject({
      queues: [{ jobs: [{ id: 'c18-a1', data: { other: true } }] }],
    });
  });
});

describe('the board writes nothing', () => {
  it.each([
    ['PUT', '/api/queues/default/pause'],
    ['PUT', '/api/queues/default/c17-a1/retry/failed'],
    ['PUT', '/api/queues/default/c17-a1/clean'],
    ['PUT', '/api/queues/default/clean/failed'],
    ['PUT', '/api/queues/default/empty'],
    ['PUT', '/api/queues/default/obliterate'],
    ['POST', '/api/queues/default/add'],
    ['DELETE', '/api/queues/default'],
  ])('%s %s', async (method, path) => {
    const response = await get(path, { method, headers: await logIn() });
    expect(response.status).toBe(405);
    expect(await producerQueue.getJobCounts()).toMatchObject({ failed: 1, waiting: 1 });
  });

  it.skipIf(!program)('and asked Redis for nothing that its user may not do', async () => {
    expect(await admin.acl('LOG')).toEqual([]);
  });
});

it('a board on a port that is taken says so', async () => {
  const squatter = createServer();
  const port = await listen(squatter);
  await expect(startBoard({ queues: [], port, token: 'x' })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  squatter.close();
});
