import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChaosRedis } from '../../../tools/chaos/chaos-redis.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import type { RunningOact } from '../../support/run-oact.ts';
import { changeIsUnderWay, lockDatabase } from '../hold-process.ts';
import { expectNothingLeft, jobsOnQueue } from './judge-window.ts';
import { acksJob, namesCancelled, withdrawsUnowned } from '../endings/requests.ts';
import { shoot, succeeds } from '../signal-oact.ts';
import { openWindow, startWindowRedis, type Way, type Window } from './start-window.ts';

const cancel = (window: Window, way: Way = {}): RunningOact =>
  window.start(['cancel', '--all', '--yes', '--reason', 'why'], way);
const reconcile = async (window: Window): Promise<{ sweep: object; audit: object }> =>
  JSON.parse(await succeeds(window.start(['reconcile', '--once', '--json'])));
const rowsOf = (window: Window): object[] =>
  window.rows().map(({ status, failCount, attempts, openAttempts }) => ({
    status,
    failCount,
    attempts,
    openAttempts,
  }));

const open = { status: 'running', failCount: 0, attempts: 1, openAttempts: 1 };
const cancelled = { status: 'failed', failCount: 0, attempts: 1, openAttempts: 0 };
const emptyQueue = { waiting: 0, active: 0, completed: 0, failed: 0 };

/** Nothing is left, and nothing comes back. */
async function expectOver(window: Window, starts: number): Promise<void> {
  expect(rowsOf(window)).toEqual(window.rows().map(() => cancelled));
  expect(await jobsOnQueue(window)).toEqual(emptyQueue);
  expect(await reconcile(window)).toMatchObject({ audit: { checked: 0, readded: 0, cancelled: 0 } });
  await succeeds(window.consume({}, ['--idle-timeout', '0.5s']));
  expect(window.runs()).toHaveLength(starts);
  await expectNothingLeft(window);
}

describe.skipIf(!hasPrograms('redis-server'))(
  'what is killed while a job is cancelled',
  { timeout: 120_000 },
  () => {
    let redis: ChaosRedis;
    let remove: () => Promise<void>;
    beforeAll(async () => {
      ({ redis, remove } = await startWindowRedis());
    });
    afterAll(() => remove());

    it('who cancels, before the commit: nothing has happened', async () => {
      const window = await openWindow(redis, 2);
      await window.enqueue(['--batch-size', '1']);
      const lock = lockDatabase(window, 'reader');
      const killed = cancel(window);
      await changeIsUnderWay(window);
      await shoot(killed);
      lock.release();
      expect(window.rows().map(({ status }) => status)).toEqual(['running', 'to_run']);
      expect(await reconcile(window)).toMatchObject({ audit: { checked: 1, cancelled: 0 } });
      await succeeds(cancel(window));
      await expectOver(window, 0);
    });

    it('who cancels, before Redis heard of it: the audit does it', async () => {
      const window = await openWindow(redis, 2);
      await window.enqueue();
      const proxy = await window.openProxy();
      const atName = proxy.holdRequest(namesCancelled);
      const killed = cancel(window, { proxy });
      await atName.reached;
      await shoot(killed);
      expect(rowsOf(window)).toEqual([open, open]);
      expect(await jobsOnQueue(window)).toMatchObject({ waiting: 2 });
      expect(await reconcile(window)).toMatchObject({ audit: { cancelled: 2, readded: 0 } });
      await expectOver(window, 0);
    });

    it('who cancels, between the queue and the table: the job is not added again', async () => {
      const window = await openWindow(redis, 1);
      await window.enqueue();
      const proxy = await window.openProxy();
      const atWithdrawal = proxy.holdAnswer(withdrawsUnowned('c1-a1'));
      const killed = cancel(window, { proxy });
      await atWithdrawal.reached;
      await expect.poll(() => jobsOnQueue(window)).toMatchObject({ waiting: 0 });
      await shoot(killed);
      expect(rowsOf(window)).toEqual([open]);
      expect(await reconcile(window)).toMatchObject({ audit: { cancelled: 1, readded: 0, withdrawn: 0 } });
      await expectOver(window, 0);
    });

    it('a consumer, after the request: its ORCA is gone, and nobody starts it again', async () => {
      const window = await openWindow(redis, 1);
      await window.enqueue();
      const consumer = window.consume();
      await window.started('c1-a1', 1);
      await shoot(consumer);
      await succeeds(cancel(window));
      // Its lock may have expired by now.
      await window.client.pexpire(window.key('c1-a1:lock'), 1);
      await reconcile(window);
      expect(rowsOf(window)).toEqual([cancelled]);
      await expectOver(window, 1);
    });

    it('a consumer that has stopped its ORCA, before the ack: the next one reports it', async () => {
      const window = await openWindow(redis, 1);
      await window.enqueue();
      const proxy = await window.openProxy();
      const atAck = proxy.holdRequest(acksJob('c1-a1'));
      const consumer = window.consume({ proxy });
      await window.started('c1-a1', 1);
      await succeeds(cancel(window));
      await atAck.reached;
      await shoot(consumer);
      expect(rowsOf(window)).toEqual([open]);
      await expect.poll(() => window.client.exists(window.key('c1-a1:lock')), { timeout: 20_000 }).toBe(0);
      // Published: it is reported, and not taken off the queue.
      expect(await succeeds(cancel(window))).toContain('1 already have a result');
      await window.finish();
      await expectOver(window, 1);
    });
  },
);
