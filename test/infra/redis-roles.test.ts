import { type Job, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cancelRequestsKey } from '../../core/job/cancellation.ts';
import {
  announcementsKey,
  drainRequestsKey,
  rememberSeconds,
  renderAnnouncement,
} from '../../core/progress/consumer-registry.ts';
import {
  defaultJobOptions,
  lockSeconds,
  maxStalledCount,
  queuePrefix,
  settledQueueOf,
} from '../../core/job/queue-names.ts';
import {
  type RedisRole,
  addressOfServer,
  readServerRecord,
  redisRoles,
} from '../../core/redis/campaign-redis.ts';
import { connectRedis } from '../../core/redis/connect-redis.ts';
import { toQueueConnection } from '../../core/redis/queue-connection.ts';
import { runScript } from '../../core/redis/scripts/run-script.ts';
import { readFinishedScript, removeFinishedScript } from '../../core/redis/scripts/sweep-scripts.ts';
import { forgetConsumers } from '../../infra/consumers/forget-consumers.ts';
import { listConsumers, requestDrain } from '../../infra/consumers/list-consumers.ts';
import { findRedisProgram } from '../../infra/redis/find-redis-program.ts';
import { renderAclFile } from '../../infra/redis/rights/render-acl.ts';
import { startServer } from '../../infra/redis/start-server.ts';
import { stopServer } from '../../infra/redis/stop-server.ts';
import { parseFinished } from '../../reconciler/finished-job.ts';
import { listDenied, listHanging } from './denied-commands.ts';
import { type CampaignDir, makeCampaignDir } from '../support/campaign-dir.ts';

const program = await findRedisProgram();
const campaignId = '0a1b2c3d';
const prefix = queuePrefix(campaignId);
const lane = 'default';
const token = 'node7:4711:some-uuid';
const lockMs = lockSeconds * 1000;
const optionsOf = (jobId: string) => ({ ...defaultJobOptions, jobId });
const key = (name: string): string => `${prefix}:${lane}:${name}`;

/** Role users exist only on the server that `oact redis start` makes, so an embedded one will not do here. */
describe.skipIf(!program)('the users of a campaign server (needs redis-server)', () => {
  let campaign: CampaignDir;
  const connections = new Map<RedisRole, Redis>();
  let queue: Queue;
  let worker: Worker;

  const as = (role: RedisRole): Redis => {
    const redis = connections.get(role);
    if (!redis) throw new Error(`no connection as ${role}`);
    return redis;
  };
  const add = (jobId: string): Promise<Job> => queue.add(`UO2 · ${jobId}`, { v: 1 }, optionsOf(jobId));
  /** A marker of an earlier add may end the wait early, so an empty answer is asked again. */
  const fetchJob = (): Promise<Job> =>
    vi.waitFor(
      async () => {
        const job: Job | undefined = await worker.getNextJob(token);
        if (!job) throw new Error('no job yet');
        return job;
      },
      { timeout: 5000, interval: 10 },
    );

  beforeAll(async () => {
    campaign = makeCampaignDir();
    const { record } = await startServer({ campaignDir: campaign.dir, campaignId });
    const address = (role: RedisRole) => addressOfServer(record, campaign.dir, role);
    for (const role of redisRoles) connections.set(role, await connectRedis(address(role)));
    queue = new Queue(lane, { connection: toQueueConnection(address('producer')), prefix });
    worker = new Worker(lane, null, {
      connection: toQueueConnection(address('consumer')),
      prefix,
      autorun: false,
      skipStalledCheck: true,
      drainDelay: 2,
      lockDuration: lockMs,
    });
    worker.on('error', () => undefined);
  });
  afterAll(async () => {
    await worker?.close(true);
    await queue?.close();
    for (const redis of connections.values()) redis.disconnect();
    await stopServer(campaign.dir);
    campaign.remove();
  });

  /** Everything that a job can go through; each step works as the role that takes it in production. */
  async function walkThroughLife(record: number): Promise<void> {
    const ids = [1, 2, 3, 4].map((attempt) => `c${record}-a${attempt}`);
    const urgent = `c${record}-a5`;
    const [done = '', failed = '', returned = '', lost = ''] = ids;

    // Nothing there yet: the fetch blocks, and the add wakes it.
    expect(await worker.getNextJob(token)).toBeUndefined();
    const waiting = fetchJob();
    await add(done);
    const first = await waiting;
    expect(first).toMatchObject({ id: done, attemptsStarted: 1, token });
    expect(await first.extendLock(token, lockMs)).toBe(1);
    await first.updateProgress({ ats: 1, cycle: 3 });
    expect(await first.getState()).toBe('active');
    await first.moveToCompleted({ energy: -1.5 }, token, false);
    expect(await first.getState()).toBe('completed');

    // One that is there already stays out of the queue: an add is repeatable.
    await queue.addBulk(
      ids.map((jobId) => ({ name: `UO2 · ${jobId}`, data: { v: 1 }, opts: optionsOf(jobId) })),
    );
    expect(await queue.getJobCounts()).toMatchObject({ waiting: 3, active: 0, completed: 1 });

    const second = await fetchJob();
    expect(second.id).toBe(failed);
    await second.moveToFailed(new Error('scf_not_converged'), token, false);

    const third = await fetchJob();
    expect(third.id).toBe(returned);
    await third.moveToWait(token);
    const again = await fetchJob();
    expect(again).toMatchObject({ id: returned, attemptsStarted: 2, attemptsMade: 0 });
    await again.moveToCompleted(null, token, false);

    // With a priority it comes back to the head of its own priority.
    await queue.add('UO2 · urgent', { v: 1 }, { ...optionsOf(urgent), priority: 5 });
    await as('producer').lrem(key('wait'), 0, lost);
    await (await fetchJob()).moveToWait(token);
    const urgentAgain = await fetchJob();
    expect(urgentAgain).toMatchObject({ id: urgent, attemptsStarted: 2 });
    await urgentAgain.moveToCompleted(null, token, false);
    await as('producer').lpush(key('wait'), lost);

    // A node dies: its lock runs out, and the stall check on the login node puts the job back.
    const fourth = await fetchJob();
    expect(fourth.id).toBe(lost);
    await as('admin').del(key(`${lost}:lock`), key('stalled-check'));
    const checker = new Worker(lane, null, {
      connection: queue.opts.connection,
      prefix,
      autorun: false,
      stalledInterval: 50,
      maxStalledCount,
    });
    const stalled = new Promise<string>((resolve) => checker.once('stalled', resolve));
    await checker.startStalledCheckTimer();
    expect(await stalled).toBe(lost);
    await checker.close();
    const rescued = await fetchJob();
    expect(rescued).toMatchObject({ id: lost, attemptsStarted: 2, stalledCounter: 1 });
    await rescued.moveToFailed(new Error('lost'), token, false);

    // What the reconciler and the audit do, as producer.
    const set = [key('completed'), key('')];
    const swept = await runScript(as('producer'), readFinishedScript, set, [0, 199]);
    expect(parseFinished(swept, 'completed').map(({ jobId, counts }) => [jobId, counts.starts])).toEqual([
      [done, 1],
      [returned, 2],
      [urgent, 2],
    ]);
    expect(await as('producer').exists(key(done))).toBe(1);
    const places = [...set, `${prefix}:${settledQueueOf(lane)}:`];
    const settled = [2, 'completed', done, returned, urgent];
    expect(await runScript(as('producer'), removeFinishedScript, places, settled)).toBe(3);
    for (const id of [failed, lost]) await (await queue.getJob(id))?.remove();
    expect(await queue.getJobCounts()).toMatchObject({ waiting: 0, active: 0, completed: 0, failed: 0 });
  }

  it('walk a job through its whole life without one denied command', async () => {
    await as('admin').acl('LOG', 'RESET');
    await walkThroughLife(1);
    expect(await as('admin').acl('LOG')).toEqual([]);
  });

  /** Each step as the role that takes it: a consumer announces itself, a person asks it to drain, it hears of it. */
  async function walkThroughRegistry(): Promise<void> {
    const id = 'n7:4711:0a1b2c3d';
    const now = new Date();
    const time = now.toISOString();
    const said = { node: 'n7', allocationId: '4711', pid: 1, slots: 4, busy: 0, state: 'running' } as const;
    const more = { reason: null, why: null, startedAt: time, seenAt: time, endsAt: null, jobs: [] };
    const entry = renderAnnouncement({ ...said, ...more });
    await as('consumer').hset(announcementsKey(campaignId, lane), { [id]: entry });
    await requestDrain(as('producer'), campaignId, lane, { ids: [id], now });
    expect(await as('consumer').hget(drainRequestsKey(campaignId, lane), id)).toBe(time);
    await as('producer').hset(cancelRequestsKey(campaignId, lane), { 'c7-a1': 'why' });
    expect(await as('consumer').hmget(cancelRequestsKey(campaignId, lane), 'c7-a1', 'c8-a1')).toEqual([
      'why',
      null,
    ]);
    await as('producer').hdel(cancelRequestsKey(campaignId, lane), 'c7-a1');
    const listed = { unreadable: 0, consumers: [{ id, state: 'running', drainRequestedAt: time }] };
    expect(await listConsumers(as('board'), campaignId, lane, now)).toMatchObject(listed);
    const later = new Date(now.getTime() + 2 * rememberSeconds * 1000);
    expect(await forgetConsumers(as('producer'), campaignId, lane, later)).toBe(1);
    expect(await listConsumers(as('board'), campaignId, lane, now)).toEqual({ consumers: [], unreadable: 0 });
    expect(await as('admin').exists(drainRequestsKey(campaignId, lane))).toBe(0);
  }

  it('let a consumer say what it does, and others ask it to drain', async () => {
    await as('admin').acl('LOG', 'RESET');
    await walkThroughRegistry();
    expect(await as('admin').acl('LOG')).toEqual([]);
  });

  it('may be interrupted in a blocked fetch and fetch again', async () => {
    await as('admin').del(key('marker'));
    // Only a fetch that follows an empty one blocks.
    expect(await worker.getNextJob(token)).toBeUndefined();
    const blocked = worker.getNextJob(token);
    await vi.waitFor(async () => expect(await as('admin').info('clients')).toContain('blocked_clients:1'));
    await worker.getBackend().disconnectBlocking();
    expect(await blocked).toBeUndefined();
    await add('c7-a1');
    const job = await fetchJob();
    await job.moveToCompleted(null, token, false);
  });

  it.each(listDenied(campaignId, lane))(
    'refuses the %s to %s',
    async (role, _what, [command = '', ...rest]) => {
      await as('admin').hset(key('c9-a1'), 'name', 'kept');
      await as('admin').zadd(key('completed'), 1, 'c9-a1');
      await expect(as(role).call(command, ...rest)).rejects.toThrow(/NOPERM|can't (access|run)/);
      expect(await as('admin').hget(key('c9-a1'), 'name')).toBe('kept');
      await as('admin').del(key('c9-a1'), key('completed'));
    },
  );

  it.each(['producer', 'consumer', 'board'] as const)(
    'lets the %s neither send a script nor hold the server up',
    async (role) => {
      await as('admin').hset(key('c9-a1'), 'name', 'kept');
      const allowed: string[] = [];
      for (const [command = '', ...rest] of listHanging(key)) {
        // A server that is held up would answer nobody, so the right alone is asked for.
        const verdict = await as('admin').call('ACL', 'DRYRUN', role, command, ...rest);
        if (verdict === 'OK') allowed.push(command);
      }
      expect(allowed).toEqual([]);
      const script = "while true do redis.call('PING') end";
      await expect(as(role).eval(script, 0)).rejects.toThrow('NOPERM');
      await expect(as(role).script('LOAD', script)).rejects.toThrow('NOPERM');
      expect(await as('board').hget(key('c9-a1'), 'name')).toBe('kept');
      await as('admin').del(key('c9-a1'));
    },
  );

  it('lets nobody in without a password', async () => {
    const url = `redis://127.0.0.1:${readServerRecord(campaign.dir)?.port}/0`;
    await expect(connectRedis({ kind: 'external', url })).rejects.toMatchObject({
      code: 'REDIS_WRONG_PASSWORD',
    });
  });

  it('work the same under the coarser rights of a Redis before 7', async () => {
    const passwords = { admin: 'a', producer: 'p', consumer: 'c', board: 'b' };
    const file = renderAclFile({ campaignId, passwords, hasSelectors: false });
    const [, , ...rights] =
      file
        .split('\n')
        .find((line) => line.startsWith('user consumer '))
        ?.split(' ') ?? [];
    await as('admin').call('ACL', 'SETUSER', 'consumer', 'clearselectors', 'resetkeys', ...rights);
    await as('admin').acl('LOG', 'RESET');
    await walkThroughLife(2);
    await walkThroughRegistry();
    expect(await as('admin').acl('LOG')).toEqual([]);
    await expect(as('consumer').call('FLUSHALL')).rejects.toThrow('NOPERM');
    await expect(as('consumer').call('HGETALL', '{oact-ffffffff}:default:c1-a1')).rejects.toThrow('NOPERM');
  });
});
