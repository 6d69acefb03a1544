import { cpSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ChaosRedis } from '../../../tools/chaos/chaos-redis.ts';
import type { RunningOact } from '../../support/run-oact.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { changeIsUnderWay, lockDatabase } from '../hold-process.ts';
import { expectRight, jobsOnQueue } from './judge-window.ts';
import { readsFinished, removesJob } from '../endings/requests.ts';
import { shoot, succeeds } from '../signal-oact.ts';
import { openWindow, startWindowRedis, type Way, type Window } from './start-window.ts';

const sweepSchema = z.object({ sweep: z.object({ settled: z.number(), stale: z.number() }) });
const everythingStale = { settled: 0, stale: 2 };

const reconcile = (window: Window, way?: Way): RunningOact =>
  window.start(['reconcile', '--once', '--json'], way);
const sweep = async (window: Window): Promise<{ settled: number; stale: number }> =>
  sweepSchema.parse(JSON.parse(await succeeds(reconcile(window)))).sweep;
const statusOf = (window: Window): string[] => window.rows().map(({ status }) => status);

describe.skipIf(!hasPrograms('redis-server'))('a reconciler that is killed', { timeout: 60_000 }, () => {
  let redis: ChaosRedis;
  let dataDir: string;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ redis, dataDir, remove } = await startWindowRedis());
  });
  afterAll(() => remove());

  /** Two records whose jobs are finished and acknowledged. */
  async function openAcked(): Promise<Window> {
    const window = await openWindow(redis, 2);
    await window.enqueue();
    window.letOrcaEnd();
    await succeeds(window.consume({}, ['--idle-timeout', '0.5s']));
    expect(await jobsOnQueue(window)).toMatchObject({ completed: 1, failed: 1 });
    return window;
  }
  it('between the read and its transaction: the next one settles', async () => {
    const window = await openAcked();
    const lock = lockDatabase(window, 'writer');
    const proxy = await window.openProxy();
    const atRead = proxy.holdAnswer(readsFinished('completed'));
    const killed = reconcile(window, { proxy });
    await atRead.reached;
    atRead.thaw();
    await shoot(killed);
    lock.release();
    expect(statusOf(window)).toEqual(['running', 'running']);
    expect(await sweep(window)).toMatchObject({ settled: 2, stale: 0 });
    await expectRight(window, 2);
  });

  it('in its transaction, before the commit: it is rolled back, and the next one settles', async () => {
    const window = await openAcked();
    const lock = lockDatabase(window, 'reader');
    const killed = reconcile(window);
    await changeIsUnderWay(window);
    await shoot(killed);
    lock.release();
    expect(statusOf(window)).toEqual(['running', 'running']);
    expect(await sweep(window)).toMatchObject({ settled: 2, stale: 0 });
    await expectRight(window, 2);
  });

  it('between the commit and the removal: the next one removes and changes nothing', async () => {
    const window = await openAcked();
    const proxy = await window.openProxy();
    const atRemoval = proxy.holdRequest(removesJob('c2-a1'));
    const killed = reconcile(window, { proxy });
    await atRemoval.reached;
    await shoot(killed);
    expect(await jobsOnQueue(window)).toMatchObject({ completed: 0, failed: 1 });
    const settled = window.rows();
    expect(statusOf(window)).toEqual(['completed', 'failed']);
    expect(await sweep(window)).toMatchObject({ settled: 0, stale: 1 });
    expect(window.rows()).toEqual(settled);
    await expectRight(window, 2);
  });

  it('or slow, beside another one: what both have read counts once', async () => {
    const window = await openAcked();
    const proxy = await window.openProxy();
    const atRead = proxy.holdAnswer(readsFinished('failed'));
    const slow = reconcile(window, { proxy });
    await atRead.reached;
    expect(statusOf(window)).toEqual(['completed', 'running']);
    expect(await sweep(window)).toMatchObject({ settled: 1, stale: 0 });
    const settled = window.rows();
    atRead.thaw();
    const report = sweepSchema.parse(JSON.parse(await succeeds(slow)));
    expect(report.sweep).toMatchObject({ settled: 1, stale: 1 });
    expect(window.rows()).toEqual(settled);
    await expectRight(window, 2);
  });

  it('and a Redis that forgot the removal: the jobs are swept again and change nothing', async () => {
    const window = await openAcked();
    await withOldData(async () => {
      expect(await sweep(window)).toMatchObject({ settled: 2, stale: 0 });
    });
    expect(await jobsOnQueue(window)).toMatchObject({ completed: 1, failed: 1 });
    const settled = window.rows();
    expect(await sweep(window)).toMatchObject(everythingStale);
    expect(window.rows()).toEqual(settled);
    await expectRight(window, 2);
  });

  it('and a Redis that forgot the acks as well: the results are adopted and change nothing', async () => {
    const window = await openWindow(redis, 2);
    await window.enqueue();
    window.letOrcaEnd();
    await withOldData(async () => {
      await succeeds(window.consume({}, ['--idle-timeout', '0.5s']));
      expect(await sweep(window)).toMatchObject({ settled: 2, stale: 0 });
    });
    expect(await jobsOnQueue(window)).toMatchObject({ waiting: 2, completed: 0, failed: 0 });
    const settled = window.rows();
    await succeeds(window.consume({}, ['--idle-timeout', '0.5s']));
    expect(await sweep(window)).toMatchObject(everythingStale);
    expect(window.rows()).toEqual(settled);
    await expectRight(window, 2);
  });

  /** Redis is killed after `events`, and comes back with what it had on disk before them. */
  async function withOldData(events: () => Promise<void>): Promise<void> {
    const copy = `${dataDir}-before`;
    cpSync(dataDir, copy, { recursive: true });
    await events();
    await redis.kill();
    rmSync(dataDir, { recursive: true });
    cpSync(copy, dataDir, { recursive: true });
    rmSync(copy, { recursive: true });
    await redis.start();
  }
});
