import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type AnnounceOptions, announceConsumer } from '../../../consumer/queue/announce-consumer.ts';
import {
  type KnownConsumer,
  announcementsKey,
  drainRequestsKey,
  silentSeconds,
} from '../../../core/progress/consumer-registry.ts';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import type { RedisAddress } from '../../../core/redis/redis-address.ts';
import { listConsumers, requestDrain } from '../../../infra/consumers/list-consumers.ts';
import { createWalltime } from '../../../scheduler/walltime.ts';
import { letOrcaEnd, makeTestCampaign, slotsOfOneCore, startConsumer } from '../start-consumer.ts';
import { useRedis } from '../../support/use-redis.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';

const server = useRedis();
let redis: Redis;
beforeAll(async () => {
  redis = await connectRedis(server.address);
});
afterAll(async () => {
  redis.disconnect();
});

const lane = 'default';
const listOf = async (campaignId: string, now = new Date()): Promise<KnownConsumer[]> =>
  (await listConsumers(redis, campaignId, lane, now)).consumers;
const quick = { announceMs: 30, idleTimeoutSeconds: null };

describe('a consumer', () => {
  it('says what it does from its start to its end, and why it ended', async () => {
    const campaign = makeTestCampaign(server.address);
    const endsAt = new Date(Date.now() + 3_600_000);
    const slots = slotsOfOneCore(2);
    const consumer = startConsumer(server.address, campaign, 'orca-waiting', {
      ...quick,
      slots,
      walltime: createWalltime(endsAt),
      graceSeconds: 20,
    });
    const [started] = await vi.waitFor(async () => {
      const found = await listOf(campaign.id);
      expect(found).toHaveLength(1);
      return found;
    });
    expect(started).toMatchObject({
      node: 'node1',
      allocationId: '4711',
      pid: process.pid,
      slots: 2,
      busy: 0,
      state: 'running',
      reason: null,
      why: null,
      endsAt: endsAt.toISOString(),
      jobs: [],
      drainRequestedAt: null,
    });
    expect(started?.id).toMatch(/^node1:4711:[0-9a-f]{8}$/);

    await campaign.add(7);
    await expect
      .poll(async () => (await listOf(campaign.id))[0], { timeout: 10_000 })
      .toMatchObject({ busy: 1, jobs: [{ jobId: 'c7-a1', slot: expect.any(Number) }] });

    consumer.drain.abort();
    await expect
      .poll(async () => (await listOf(campaign.id))[0])
      .toMatchObject({ state: 'draining', reason: 'drained', busy: 1 });
    letOrcaEnd(campaign.jobDir(7));
    await consumer.report;
    const [end] = await listOf(campaign.id);
    expect(end).toMatchObject({ id: started?.id, state: 'ended', reason: 'drained', busy: 0, jobs: [] });
    // It has ended, so nobody expects to hear of it.
    const later = new Date(Date.now() + 2 * silentSeconds * 1000);
    expect(await listOf(campaign.id, later)).toMatchObject([{ state: 'ended' }]);
  });

  it('drains when it is asked to, and nobody else does', async () => {
    const campaign = makeTestCampaign(server.address);
    const asked = startConsumer(server.address, campaign, 'orca-good', quick);
    const other = startConsumer(server.address, campaign, 'orca-good', quick);
    const both = await vi.waitFor(async () => {
      const found = await listOf(campaign.id);
      expect(found).toHaveLength(2);
      return found;
    });
    const [{ id } = { id: '' }] = both;
    await requestDrain(redis, campaign.id, lane, { ids: [id], now: new Date() });
    const first = await Promise.race([asked.report, other.report]);
    expect(first).toMatchObject({ reason: 'drained' });
    const states = new Map((await listOf(campaign.id)).map((consumer) => [consumer.id, consumer.state]));
    expect(states.get(id)).toBe('ended');
    expect([...states.values()].toSorted((a, b) => a.localeCompare(b))).toEqual(['ended', 'running']);
  });

  it('is on the list again soon after Redis has lost everything', async () => {
    const campaign = makeTestCampaign(server.address);
    startConsumer(server.address, campaign, 'orca-good', quick);
    await expect.poll(() => listOf(campaign.id)).toHaveLength(1);
    await redis.flushall();
    await expect.poll(() => listOf(campaign.id)).toMatchObject([{ node: 'node1', state: 'running' }]);
  });
});

it('a change while an announcement is under way is announced at once, too', async () => {
  const draining = new AbortController();
  const announcer = announceConsumer({
    campaignId: 'bb',
    lane,
    slots: slotsOfOneCore(1),
    walltime: createWalltime(null),
    held: new Set(),
    report: () => ({ reason: 'walltime', why: null }),
    setup: { node: 'n1', allocationId: null },
    client: async () => ({
      hset: (key, fields) => {
        draining.abort();
        return redis.hset(key, fields);
      },
      hget: (key, field) => redis.hget(key, field),
      hmget: (key, ...fields) => redis.hmget(key, ...fields),
    }),
    draining: draining.signal,
    onDrainRequest: () => undefined,
    log: pino({ level: 'silent' }),
    announceMs: 3_600_000,
  });
  await expect.poll(() => listOf('bb')).toMatchObject([{ state: 'draining', reason: 'walltime' }]);
  await announcer.end();
  expect(await listOf('bb')).toMatchObject([{ state: 'ended', reason: 'walltime' }]);
});

describe('with Redis away', () => {
  let near: { address: RedisAddress; cut: () => Promise<void>; mend: () => Promise<void> };
  beforeEach(async () => {
    const { hostname, port } = new URL(server.address.url);
    const target = { host: hostname, port: Number(port) };
    let proxy = await startTcpProxy({ target });
    const { port: nearPort } = proxy;
    onTestFinished(() => proxy.stop());
    near = {
      address: { ...server.address, url: `redis://127.0.0.1:${nearPort}/0` },
      cut: () => proxy.stop(),
      mend: async () => void (proxy = await startTcpProxy({ target, port: nearPort })),
    };
  });

  it('one announcement is under way however long it lasts, the last words are not waited for, and nothing fails', async () => {
    const connection = await connectRedis(near.address);
    onTestFinished(() => connection.disconnect());
    let asked = 0;
    const draining = new AbortController();
    const lines: string[] = [];
    const options: AnnounceOptions = {
      campaignId: 'aa',
      lane,
      slots: slotsOfOneCore(1),
      walltime: createWalltime(null),
      held: new Set(),
      report: () => ({ reason: 'drained', why: null }),
      setup: { node: 'n1', allocationId: null },
      client: async () => ({
        hset: (key, fields) => {
          asked += 1;
          return connection.hset(key, fields);
        },
        hget: (key, field) => connection.hget(key, field),
        hmget: (key, ...fields) => connection.hmget(key, ...fields),
      }),
      draining: draining.signal,
      onDrainRequest: () => draining.abort(),
      log: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }),
      announceMs: 5,
    };
    const announcer = announceConsumer(options);
    await expect.poll(() => asked).toBeGreaterThan(3);
    await near.cut();
    // What was on its way is sent again when Redis is back; nothing is added to it.
    await vi.waitFor(() => expect(connection.status).toBe('reconnecting'));
    const before = asked;
    let ticks = 0;
    const count = setInterval(() => (ticks += 1), 5);
    await expect.poll(() => ticks, { timeout: 10_000 }).toBeGreaterThan(60);
    clearInterval(count);
    expect(asked - before).toBeLessThanOrEqual(1);

    await near.mend();
    await expect.poll(() => asked - before, { timeout: 10_000 }).toBeGreaterThan(5);
    expect(await listOf('aa')).toMatchObject([
      { state: 'running', id: expect.stringContaining(`n1:${process.pid}:`) },
    ]);

    await near.cut();
    const endedAtMs = Date.now();
    await announcer.end();
    expect(Date.now() - endedAtMs).toBeLessThan(4000);
    expect(lines).toEqual([]);
  });

  it('that forbids it, a consumer says so once and works on', async () => {
    const campaign = makeTestCampaign(server.address);
    await redis.set(announcementsKey(campaign.id, lane), 'not a hash');
    await campaign.add();
    const consumer = startConsumer(server.address, campaign, 'orca-good', { announceMs: 10 });
    expect(await consumer.report).toMatchObject({ reason: 'idle', endings: { completed: 1 } });
    const lines = consumer.log.filter(({ msg }) => msg === 'could not announce this consumer');
    expect(lines).toHaveLength(1);
    expect(await listOf(campaign.id)).toEqual([]);
    expect(await redis.exists(drainRequestsKey(campaign.id, lane))).toBe(0);
  });
});
