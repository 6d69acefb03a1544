import { cpSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { isAlive } from '../../consumer/programs.ts';
import { letOrcaEnd } from '../../consumer/start-consumer.ts';
import { listen } from '../../support/tcp-proxy.ts';
import { listAttempts } from '../../workflow/list-attempts.ts';
import { readRow } from '../../workflow/sample-workflow.ts';
import {
  aConsumer,
  completed,
  expectOneOutage,
  expectSettledOnce,
  hasServer,
  idsOfRun,
  jobDirOf,
  type OwnRedis,
  patient,
  publishes,
  startOwnRedis,
  statusOf,
  timesOf,
} from './own-redis.ts';
import { startLoop } from '../start-loop.ts';

let redis: OwnRedis;
beforeEach(async () => {
  if (hasServer) redis = await startOwnRedis();
});

vi.setConfig({ testTimeout: 90_000 });

describe.skipIf(!hasServer)('Redis killed while ORCA runs', () => {
  it('and back before the lock ends: ORCA runs on, its result is acked, one run, one line', async () => {
    const loop = await startLoop(redis.address, { records: 1 });
    const consumer = aConsumer(redis, loop, 'orca-waiting');
    await consumer.logged('job started');
    await redis.kill();
    await loop.said('Redis is away');
    letOrcaEnd(jobDirOf(loop));
    await publishes(loop);
    expect(statusOf(loop)).toBe('running');
    // It asks again after a second: of a shorter outage it would know nothing.
    await consumer.logged(/^Redis does not answer/);
    await redis.start();
    await completed(loop);
    expectSettledOnce(loop, [1]);
    await expectOneOutage(loop, consumer);
    expect(timesOf(consumer, /^job started/)).toBe(1);
  });

  it('for longer than the lock: ORCA runs while the lock may hold, is gone before it ends, and runs again', async () => {
    const locks = { lockSeconds: 8, renewSeconds: 0.5 };
    const loop = await startLoop(redis.address, { records: 1 });
    const consumer = aConsumer(redis, loop, 'orca-ranks', { locks });
    const orcas = await idsOfRun(loop);
    const killedAtMs = Date.now();
    await redis.kill();
    await loop.said('Redis is away');
    await expect.poll(() => Date.now() - killedAtMs, patient).toBeGreaterThan(4000);
    expect(orcas.every(isAlive)).toBe(true);
    await expect.poll(() => orcas.some(isAlive), patient).toBe(false);
    expect(Date.now() - killedAtMs).toBeLessThan(8000);
    consumer.drain.abort();
    await consumer.report;
    await redis.start();
    const second = aConsumer(redis, loop, 'orca-good');
    await completed(loop);
    expectSettledOnce(loop, [1]);
    expect(timesOf(second, /^job started/)).toBe(1);
  });

  it('and back empty: the audit adds the job again, its result is adopted from disk, no second run', async () => {
    const loop = await startLoop(redis.address, { records: 2 });
    const consumer = aConsumer(redis, loop, 'orca-waiting');
    await consumer.logged('job started');
    await redis.kill();
    letOrcaEnd(jobDirOf(loop));
    await publishes(loop);
    await redis.start({ empty: true });
    letOrcaEnd(jobDirOf(loop, 2));
    await completed(loop);
    await completed(loop, 2);
    expectSettledOnce(loop, [1, 2]);
    const started = consumer.log.filter(({ msg }) => msg === 'job started').map(({ jobId }) => jobId);
    expect(started.filter((jobId) => jobId === 'c1-a1')).toHaveLength(1);
  });

  it('and back without its last second: a job that was settled is active again, and changes nothing', async () => {
    const loop = await startLoop(redis.address, { records: 1 });
    const consumer = aConsumer(redis, loop, 'orca-waiting', { locks: { lockSeconds: 3, renewSeconds: 1 } });
    await consumer.logged('job started');
    const dataDir = join(redis.home, 'redis');
    cpSync(dataDir, `${dataDir}.older`, { recursive: true });
    letOrcaEnd(jobDirOf(loop));
    await completed(loop);
    await expect.poll(() => loop.queue.getJob('c1-a1'), patient).toBeUndefined();
    const before = readRow(loop.workflow, 1);
    await redis.kill();
    rmSync(dataDir, { recursive: true });
    cpSync(`${dataDir}.older`, dataDir, { recursive: true });
    await redis.start();
    // The consumer reports the result that is on disk, or the audit is first and takes the job off the queue.
    const cameBack = (): unknown[] => [
      ...consumer.log.filter(({ msg }) => /found a published result/.test(String(msg))),
      ...loop.lines.filter(({ msg }) => /from the queue/.test(String(msg))),
    ];
    await expect.poll(() => cameBack().length, patient).toBeGreaterThan(0);
    await expect.poll(async () => (await loop.queue.getJob('c1-a1')) === undefined, patient).toBe(true);
    expect(readRow(loop.workflow, 1)).toEqual(before);
    expectSettledOnce(loop, [1]);
    expect(timesOf(consumer, /^job started/)).toBe(1);
  });
});

describe.skipIf(!hasServer)('a slow Redis', () => {
  it('whose every answer takes 300 ms: everything ends right, and nobody calls it an outage', async () => {
    const sockets = new Set<{ destroy(): void }>();
    const proxy = createServer((client) => {
      const upstream = connect(redis.port, '127.0.0.1');
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          client.destroy();
          upstream.destroy();
        });
      }
      client.pipe(upstream);
      upstream.on('data', (chunk) => void setTimeout(() => client.write(chunk), 300));
    });
    const port = await listen(proxy);
    onTestFinished(() => {
      proxy.close();
      for (const socket of sockets) socket.destroy();
    });
    const slow = { ...redis, address: { ...redis.address, url: `redis://127.0.0.1:${port}/0` } };
    const loop = await startLoop(slow.address, { records: 4 });
    const consumer = aConsumer(slow, loop, 'orca-good', { locks: { lockSeconds: 8, renewSeconds: 1 } });
    for (const id of [1, 2, 3, 4]) await completed(loop, id);
    expectSettledOnce(loop, [1, 2, 3, 4]);
    expect(timesOf(consumer, /^job started/)).toBe(4);
    expect(loop.saidTimes('Redis is away')).toBe(0);
  });
});

describe.skipIf(!hasServer)('Redis away while nothing runs', () => {
  it('for 20 s, killed under an idle consumer: the next job runs', async () => {
    const loop = await startLoop(redis.address, { records: 1 });
    const consumer = aConsumer(redis, loop, 'orca-good');
    await completed(loop);
    await redis.kill();
    const killedAtMs = Date.now();
    await consumer.logged(/Redis does not answer/);
    await expect.poll(() => Date.now() - killedAtMs, patient).toBeGreaterThan(20_000);
    await redis.start();
    loop.workflow.db.exec(`update structures set status = 'to_run'`);
    const outcomes = (): unknown[] => listAttempts(loop.workflow, 1).map(({ outcome }) => outcome);
    await expect.poll(outcomes, patient).toEqual(['completed', 'completed']);
    await expectOneOutage(loop, consumer);
  });

  it('does not hold up the end of the loop', async () => {
    const loop = await startLoop(redis.address, { records: 1 });
    await loop.said('jobs enqueued');
    await redis.kill();
    await loop.said('Redis is away');
    const stoppedAtMs = Date.now();
    loop.stop.abort();
    expect(await loop.ended).toMatchObject({ queued: 1, settled: 0 });
    expect(Date.now() - stoppedAtMs).toBeLessThan(10_000);
    expect(loop.saidTimes(/stopped while Redis was down/)).toBe(1);
  });
});
