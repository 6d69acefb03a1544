import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChaosRedis } from '../../tools/chaos/chaos-redis.ts';
import { listOwnProcesses } from '../../tools/chaos/list-processes.ts';
import { programPath } from '../consumer/programs.ts';
import { hasPrograms } from '../support/has-programs.ts';
import type { OactRun } from '../support/run-oact.ts';
import { expectNothingLeft, expectRight, jobsOnQueue } from './windows/judge-window.ts';
import { readsFinished } from './endings/requests.ts';
import { expireLock, openWindow, startWindowRedis, type Window } from './windows/start-window.ts';

/** For a machine that is busy. */
const slackMs = 10_000;
/**
 * Behind the grace, by consumer/run-consumer.ts: 60 s for TERM, KILL and answers, 5 s for a check of the node, 2 s each for
 * guard and last words, 5 s to close; and 1 s to exit.
 */
const boundMs = 75_000 + slackMs;
/** TERM, 10 s of patience, KILL; Redis answers. */
const stopMs = 11_000 + slackMs;
/** After a second signal: 2 s each for the fetch that waits and for an answer, and the same ends. */
const forcedMs = 14_000 + slackMs;
/** `oact serve` and `oact reconcile` take a silent Redis for gone after 15 s, look at that every 5 s, and take 1 s to exit. */
const keeperMs = 21_000 + slackMs;

const longLock = ['--lock-seconds', '900', '--renew-seconds', '60'];
const diehard = { OACT_ORCA_PATH: programPath('orca-diehard') };
/** ORCA and its ranks; without the consumer and its guard. */
const ranksOf = (window: Window): number[] =>
  listOwnProcesses(window.dir)
    .filter(({ jobId }) => jobId !== undefined)
    .map(({ pid }) => pid);

describe.skipIf(!hasPrograms('redis-server'))('a drain', { timeout: 120_000 }, () => {
  const cleanUps: (() => Promise<void>)[] = [];
  let redis: ChaosRedis;
  let away: { window: Window; ended: Promise<OactRun[]>; tookMs: Promise<number> };

  beforeAll(async () => {
    const started = await startWindowRedis();
    redis = started.redis;
    cleanUps.push(started.remove);
    away = await drainWithoutRedis();
  });
  afterAll(async () => {
    for (const cleanUp of cleanUps.toReversed()) await cleanUp();
  });

  /** Takes more than a minute, in which the other tests have their turn. */
  async function drainWithoutRedis(): Promise<typeof away> {
    const window = await openWindow(redis, 2, (cleanUp) => cleanUps.push(cleanUp));
    await window.enqueue();
    const [blackHole, gone] = [await window.openProxy(), await window.openProxy()];
    const silent = window.consume({ proxy: blackHole, env: diehard }, longLock);
    await window.started('c1-a1', 1);
    const cutOff = window.consume({ proxy: gone, env: diehard }, longLock);
    await window.started('c2-a1', 1);
    blackHole.holdAll();
    await gone.stop();
    for (const { child } of [silent, cutOff]) child.kill('SIGTERM');
    const askedAtMs = Date.now();
    const ended = Promise.all([silent.ended, cutOff.ended]);
    return { window, ended, tookMs: ended.then(() => Date.now() - askedAtMs) };
  }

  it('lets what ends within the grace finish after SIGINT, hands the rest back, exit code 75', async () => {
    const window = await openWindow(redis, 2);
    await window.enqueue();
    const consumer = window.consume({}, ['--slots', '2', '--oversubscribe', '--grace', '5s', '--json']);
    const first = await window.started('c1-a1', 1);
    await window.started('c2-a1', 1);
    consumer.child.kill('SIGINT');
    await expect.poll(() => consumer.output().stderr, { timeout: 5000 }).toContain('draining');
    window.letOrcaEnd(first.runDir);
    const { code, stdout } = await consumer.ended;
    expect(code).toBe(75);
    expect(JSON.parse(stdout)).toMatchObject({
      reason: 'drained',
      endings: { completed: 1, handed_back: 1 },
    });
    expect(await jobsOnQueue(window)).toEqual({ waiting: 1, active: 0, completed: 1, failed: 0 });
    await expectNothingLeft(window);
    await window.finish();
    await expectRight(window, 3);
  });

  it('ends an ORCA that ignores TERM and whose rank has left its group, after SIGUSR1', async () => {
    const window = await openWindow(redis, 1);
    await window.enqueue();
    const consumer = window.consume({ env: diehard });
    await window.started('c1-a1', 1);
    await expect.poll(() => ranksOf(window)).toHaveLength(2);
    const askedAtMs = Date.now();
    consumer.child.kill('SIGUSR1');
    expect((await consumer.ended).code).toBe(75);
    expect(Date.now() - askedAtMs).toBeLessThan(stopMs);
    await expectNothingLeft(window);
    expect(await jobsOnQueue(window)).toMatchObject({ waiting: 1, active: 0 });
  });

  it('ends at the second signal, whatever the grace and whatever Redis does', async () => {
    const window = await openWindow(redis, 1);
    await window.enqueue();
    const proxy = await window.openProxy();
    const consumer = window.consume({ proxy, env: diehard }, [...longLock, '--grace', '1h']);
    await window.started('c1-a1', 1);
    proxy.holdAll();
    consumer.child.kill('SIGTERM');
    await expect.poll(() => consumer.output().stderr, { timeout: 5000 }).toContain('draining');
    const askedAtMs = Date.now();
    consumer.child.kill('SIGTERM');
    expect((await consumer.ended).code).toBe(75);
    expect(Date.now() - askedAtMs).toBeLessThan(forcedMs);
    await expectNothingLeft(window);
    await expireLock(window, 'c1-a1');
    await window.finish();
    await expectRight(window, 2);
  });

  it.each(['serve', 'reconcile'])('of oact %s does not wait for a Redis that is silent', async (command) => {
    const window = await openWindow(redis, 1);
    const proxy = await window.openProxy();
    const atRead = proxy.holdAnswer(readsFinished('completed'));
    const keeper = window.start([command], { proxy });
    await atRead.reached;
    proxy.holdAll();
    const askedAtMs = Date.now();
    keeper.child.kill('SIGTERM');
    expect((await keeper.ended).code).toBe(0);
    expect(Date.now() - askedAtMs).toBeLessThan(keeperMs);
  });

  it('ends in bounded time without an answer from Redis, and leaves nothing running', async () => {
    const { window, ended, tookMs } = away;
    expect((await ended).map(({ code }) => code)).toEqual([75, 75]);
    expect(await tookMs).toBeLessThan(boundMs);
    await expectNothingLeft(window);
    for (const jobId of ['c1-a1', 'c2-a1']) await expireLock(window, jobId);
    await window.finish();
    await expectRight(window, 4);
  });
});
