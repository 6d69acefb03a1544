import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChaosRedis } from '../../../tools/chaos/chaos-redis.ts';
import { parsePayload } from '../../../core/job/payload.ts';
import { parseRedisUrl } from '../../../core/redis/redis-address.ts';
import { aHand } from '../../reconciler/finish-job.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import type { RunningOact } from '../../support/run-oact.ts';
import { changeIsUnderWay, lockDatabase } from '../hold-process.ts';
import { expectNothingLeft, jobsOnQueue } from './judge-window.ts';
import { addsJob, readsFinished, removesJob, withdrawsWaiting } from '../endings/requests.ts';
import { shoot, succeeds } from '../signal-oact.ts';
import { openWindow, startWindowRedis, type Way, type Window } from './start-window.ts';

/** One retry, so that there is an end. */
const retrying = { OACT_RETRY_ENABLED: 'true', OACT_RETRY_MAX_PER_RECORD: '1' };

const reconcile = (window: Window, way: Way = {}): RunningOact =>
  window.start(['reconcile', '--once', '--json'], { ...way, env: { ...retrying, ...way.env } });
const report = async (running: RunningOact): Promise<{ sweep: object; audit: object }> =>
  JSON.parse(await succeeds(running));

const rowsOf = (window: Window): object[] =>
  window.rows().map(({ id, status, failCount, attempts, openAttempts }) => ({
    id,
    status,
    failCount,
    attempts,
    openAttempts,
  }));

const untouched = [1, 2].map((id) => ({ id, status: 'running', failCount: 0, attempts: 1, openAttempts: 1 }));
const completed = { id: 1, status: 'completed', failCount: 0, attempts: 1, openAttempts: 0 };
const retried = [completed, { id: 2, status: 'running', failCount: 1, attempts: 2, openAttempts: 1 }];
const over = [completed, { id: 2, status: 'failed', failCount: 2, attempts: 2, openAttempts: 0 }];

/** The retry is on the queue once, changes what it must change, and fails as the attempt before: each counts once. */
async function expectRight(window: Window): Promise<void> {
  expect(rowsOf(window)).toEqual(retried);
  expect(await jobsOnQueue(window)).toEqual({ waiting: 1, active: 0, completed: 0, failed: 0 });
  const data = await window.client.hget(window.key('c2-a2'), 'data');
  expect(parsePayload(JSON.parse(data ?? ''))).toMatchObject({
    attempt: 2,
    remedies: [
      { kind: 'restart', orbitals: true, geometry: false },
      { kind: 'scf', settings: { MaxIter: '500' } },
    ],
  });
  await succeeds(window.consume({}, ['--idle-timeout', '0.5s']));
  expect(await report(reconcile(window))).toMatchObject({ sweep: { settled: 1, stale: 0, retried: 0 } });
  expect(rowsOf(window)).toEqual(over);
  expect(window.runs().map(({ jobId }) => jobId)).toEqual(['c1-a1', 'c2-a1', 'c2-a2']);
  expect(await jobsOnQueue(window)).toEqual({ waiting: 0, active: 0, completed: 0, failed: 0 });
  await expectNothingLeft(window);
}

describe.skipIf(!hasPrograms('redis-server'))(
  'a reconciler that is killed while it has a failure tried again',
  { timeout: 60_000 },
  () => {
    let redis: ChaosRedis;
    let remove: () => Promise<void>;
    beforeAll(async () => {
      ({ redis, remove } = await startWindowRedis());
    });
    afterAll(() => remove());

    /** Two records whose jobs are finished and acknowledged; the second has failed. */
    async function openAcked(): Promise<Window> {
      const window = await openWindow(redis, 2);
      await window.enqueue();
      window.letOrcaEnd();
      await succeeds(window.consume({}, ['--idle-timeout', '0.5s']));
      expect(await jobsOnQueue(window)).toMatchObject({ completed: 1, failed: 1 });
      return window;
    }

    it('in the transaction, before the commit: nothing has happened', async () => {
      const window = await openAcked();
      const lock = lockDatabase(window, 'reader');
      const killed = reconcile(window);
      await changeIsUnderWay(window);
      await shoot(killed);
      lock.release();
      expect(rowsOf(window)).toEqual(untouched);
      expect(await report(reconcile(window))).toMatchObject({ sweep: { settled: 2, stale: 0, retried: 1 } });
      await expectRight(window);
    });

    it('between the commit and the add: the audit adds the job, with the same changes', async () => {
      const window = await openAcked();
      const proxy = await window.openProxy();
      const atAdd = proxy.holdRequest(addsJob('c2-a2'));
      const killed = reconcile(window, { proxy });
      await atAdd.reached;
      await shoot(killed);
      expect(rowsOf(window)).toEqual(retried);
      expect(await jobsOnQueue(window)).toMatchObject({ waiting: 0, failed: 1 });
      // Retries are off by now: what was claimed is added all the same.
      const next = reconcile(window, { env: { OACT_RETRY_ENABLED: 'false' } });
      expect(await report(next)).toMatchObject({ sweep: { settled: 0, stale: 1 }, audit: { readded: 1 } });
      await expectRight(window);
    });

    it('between the add and the removal: nothing is added or counted twice', async () => {
      const window = await openAcked();
      const proxy = await window.openProxy();
      const atRemoval = proxy.holdRequest(removesJob('c2-a1'));
      const killed = reconcile(window, { proxy });
      await atRemoval.reached;
      await shoot(killed);
      expect(await jobsOnQueue(window)).toMatchObject({ waiting: 1, failed: 1 });
      expect(await report(reconcile(window))).toMatchObject({
        sweep: { settled: 0, stale: 1, retried: 0 },
        audit: { readded: 0, withdrawn: 0 },
      });
      await expectRight(window);
    });

    it('or slow, beside another one: there is one retry', async () => {
      const window = await openAcked();
      const proxy = await window.openProxy();
      const atRead = proxy.holdAnswer(readsFinished('failed'));
      const slow = reconcile(window, { proxy });
      await atRead.reached;
      expect(await report(reconcile(window))).toMatchObject({ sweep: { settled: 1, retried: 1 } });
      atRead.thaw();
      expect(await report(slow)).toMatchObject({ sweep: { settled: 1, stale: 1, retried: 0 } });
      await expectRight(window);
    });

    it('after it has taken the jobs of a stopped batch off the queue: the next one gives the claims back', async () => {
      const window = await openWindow(redis, 5);
      await window.enqueue();
      const { campaignId } = window.campaign;
      const hand = aHand(parseRedisUrl(`redis://127.0.0.1:${redis.port}`, 'external'), campaignId, {
        jobRoot: join(window.campaign.dir, 'jobs'),
      });
      const wrong = { kind: 'failed', class: 'input_keyword', reason: 'FOO', retryable: false } as const;
      await hand.end(wrong);
      await hand.end(wrong);
      const proxy = await window.openProxy();
      const atWithdrawal = proxy.holdAnswer(withdrawsWaiting('c3-a1'));
      const env = { OACT_BATCH_STOP_AFTER: '2' };
      const killed = reconcile(window, { proxy, env });
      await atWithdrawal.reached;
      await expect.poll(() => jobsOnQueue(window)).toMatchObject({ waiting: 0 });
      await shoot(killed);
      expect(window.rows().map(({ status }) => status)).toEqual([
        'failed',
        'failed',
        'running',
        'running',
        'running',
      ]);
      expect(await report(reconcile(window, { env }))).toMatchObject({
        sweep: { settled: 0, stale: 0, stopped: [] },
        audit: { released: 3, readded: 0 },
      });
      expect(rowsOf(window)).toEqual([
        ...[1, 2].map((id) => ({ id, status: 'failed', failCount: 1, attempts: 1, openAttempts: 0 })),
        ...[3, 4, 5].map((id) => ({ id, status: 'to_run', failCount: 0, attempts: 1, openAttempts: 0 })),
      ]);
      expect(await report(reconcile(window, { env }))).toMatchObject({ audit: { checked: 0, released: 0 } });
    });
  },
);
