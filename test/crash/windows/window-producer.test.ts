import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChaosRedis } from '../../../tools/chaos/chaos-redis.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { changeIsUnderWay, lockDatabase } from '../hold-process.ts';
import { expectRight, jobsOnQueue } from './judge-window.ts';
import { addsJob } from '../endings/requests.ts';
import { shoot, succeeds } from '../signal-oact.ts';
import { openWindow, startWindowRedis } from './start-window.ts';

describe.skipIf(!hasPrograms('redis-server'))('a producer that is killed', { timeout: 60_000 }, () => {
  let redis: ChaosRedis;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ redis, remove } = await startWindowRedis());
  });
  afterAll(() => remove());

  it('before its claim is committed: no record is touched, what it wrote is rolled back', async () => {
    const window = await openWindow(redis, 2);
    const lock = lockDatabase(window, 'reader');
    const producer = window.start(['enqueue']);
    await changeIsUnderWay(window);
    await shoot(producer);
    lock.release();
    expect(window.rows().map(({ status, attempts }) => ({ status, attempts }))).toEqual([
      { status: 'to_run', attempts: 0 },
      { status: 'to_run', attempts: 0 },
    ]);
    await window.finish();
    await expectRight(window, 2);
  });

  it.each([
    ['between the claim and the add', 'c1-a1', 0],
    ['in the middle of the add', 'c3-a1', 2],
  ])('%s: what is missing is added again', async (_, jobId, added) => {
    const window = await openWindow(redis, 4);
    const proxy = await window.openProxy();
    const atAdd = proxy.holdRequest(addsJob(jobId));
    const producer = window.start(['enqueue', '--order', 'id'], { proxy });
    await atAdd.reached;
    await expect.poll(async () => (await jobsOnQueue(window))['waiting']).toBe(added);
    await shoot(producer);
    expect(window.rows().map(({ status, openAttempts }) => ({ status, openAttempts }))).toEqual(
      Array.from({ length: 4 }, () => ({ status: 'running', openAttempts: 1 })),
    );
    expect((await jobsOnQueue(window))['waiting']).toBe(added);
    await window.finish();
    await expectRight(window, 4);
  });

  it('after the add, before it heard of it: nothing is added twice', async () => {
    const window = await openWindow(redis, 2);
    const proxy = await window.openProxy();
    const atAdd = proxy.holdAnswer(addsJob('c1-a1'));
    const producer = window.start(['enqueue', '--order', 'id'], { proxy });
    await atAdd.reached;
    await expect.poll(async () => (await jobsOnQueue(window))['waiting']).toBe(2);
    await shoot(producer);
    await window.finish();
    await expectRight(window, 2);
  });

  it('beside another producer on the same records: that one takes the rest and none of its', async () => {
    const window = await openWindow(redis, 5);
    const proxy = await window.openProxy();
    const atAdd = proxy.holdRequest(addsJob('c2-a1'));
    const killed = window.start(['enqueue', '--order', 'id', '--batch-size', '3'], { proxy });
    await atAdd.reached;
    const other = await succeeds(window.start(['enqueue', '--order', 'id', '--json']));
    expect(JSON.parse(other)).toMatchObject({ queued: 2 });
    await shoot(killed);
    await window.finish();
    await expectRight(window, 5);
  });
});

describe.skipIf(!hasPrograms('redis-server'))(
  'jobs that were added and not fetched',
  { timeout: 60_000 },
  () => {
    let redis: ChaosRedis;
    let remove: () => Promise<void>;
    beforeAll(async () => {
      ({ redis, remove } = await startWindowRedis());
    });
    afterAll(() => remove());

    it.each([
      ['are kept by', false, 2],
      ['are added again after', true, 0],
    ])('%s a Redis that was killed (and came back empty: %s)', async (_, empty, kept) => {
      const window = await openWindow(redis, 2);
      await window.enqueue();
      await redis.kill();
      await redis.start({ empty });
      expect((await jobsOnQueue(window))['waiting']).toBe(kept);
      await window.finish();
      await expectRight(window, 2);
    });
  },
);
