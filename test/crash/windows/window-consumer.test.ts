import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChaosRedis } from '../../../tools/chaos/chaos-redis.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { holdAtCall } from '../hold-process.ts';
import { expectRight, jobsOnQueue } from './judge-window.ts';
import { acksJob, fetchesJob } from '../endings/requests.ts';
import { shoot, shootWithGuard, succeeds } from '../signal-oact.ts';
import { expireLock, nodeEnvironment, openWindow, startWindowRedis, type Window } from './start-window.ts';

/** Of record 2. */
const hasResult = ({ campaign }: Window): boolean =>
  existsSync(join(campaign.jobRoot, 'job_1', 'attempt-1', 'result.json'));

describe.skipIf(!hasPrograms('redis-server'))('a consumer that is killed', { timeout: 60_000 }, () => {
  let redis: ChaosRedis;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    ({ redis, remove } = await startWindowRedis());
  });
  afterAll(() => remove());

  it('between the fetch and the start of ORCA: the job comes again when its lock has expired', async () => {
    const window = await openWindow(redis, 2);
    await window.enqueue();
    const proxy = await window.openProxy();
    const atFetch = proxy.holdAnswer(fetchesJob);
    const consumer = window.consume({ proxy });
    await atFetch.reached;
    await expect.poll(async () => (await jobsOnQueue(window))['active']).toBe(1);
    await shoot(consumer);
    expect(window.runs()).toEqual([]);
    await window.finish();
    await expectRight(window, 2);
  });

  it('while ORCA runs: it runs again in a directory of its own, and nobody reports the orphan', async () => {
    const window = await openWindow(redis, 2);
    await window.enqueue();
    const consumer = window.consume({ env: nodeEnvironment(window.dir, 'n2') });
    const orphan = await window.started('c1-a1', 1);
    await shootWithGuard(window.dir, consumer);
    const finishing = window.finish({ orcaEnds: false });
    const second = await window.started('c1-a1', 2);
    // The orphan is the first to end, and ends well.
    window.letOrcaEnd(orphan.runDir);
    await expect.poll(() => window.runs()[0]?.endedAt, { timeout: 10_000 }).not.toBeNull();
    window.letOrcaEnd();
    await finishing;
    await expectRight(window, 3);
    expect(readdirSync(orphan.runDir)).toContain('orca.out');
    expect(readdirSync(orphan.runDir)).not.toContain('result.json');
    expect(existsSync(second.runDir)).toBe(false);
  });

  it.each([
    [
      'before its result is written: ORCA runs again',
      'open',
      /job_1\/attempt-1\/result-of-run-.*\.json$/,
      false,
    ],
    [
      'with its result written, not published: it runs again',
      'link',
      /job_1\/attempt-1\/result.json$/,
      false,
    ],
    ['after publishing: the result is adopted', 'open', /job_1\/attempt-1$/, true],
    ['while files of the run move up: the result is adopted', 'rename', /job_1\/orca.inp$/, true],
    [
      'when its files have moved up: the result is adopted',
      'unlink',
      /job_1\/attempt-1\/result-of-run-.*\.json$/,
      true,
    ],
  ])('%s', async (_, call, path, isPublished) => {
    const window = await openWindow(redis, 2);
    await window.enqueue();
    window.letOrcaEnd();
    const held = holdAtCall(window, call, path);
    const consumer = window.consume(held);
    await held.reached();
    await shoot(consumer);
    expect(hasResult(window)).toBe(isPublished);
    await expireLock(window, 'c2-a1');
    await window.finish();
    await expectRight(window, isPublished ? 2 : 3);
  });

  it('between publishing and the ack: the result is adopted', async () => {
    const window = await openWindow(redis, 2);
    await window.enqueue();
    window.letOrcaEnd();
    const proxy = await window.openProxy();
    const atAck = proxy.holdRequest(acksJob('c2-a1'));
    const consumer = window.consume({ proxy });
    await atAck.reached;
    await shoot(consumer);
    expect(hasResult(window)).toBe(true);
    expect(await jobsOnQueue(window)).toMatchObject({ active: 1, failed: 0 });
    await expireLock(window, 'c2-a1');
    await window.finish();
    await expectRight(window, 2);
  });

  it('after the ack, before it heard of it: the job counts once', async () => {
    const window = await openWindow(redis, 2);
    await window.enqueue();
    window.letOrcaEnd();
    const proxy = await window.openProxy();
    const atAck = proxy.holdAnswer(acksJob('c2-a1'));
    const consumer = window.consume({ proxy });
    await atAck.reached;
    await expect.poll(async () => (await jobsOnQueue(window))['failed']).toBe(1);
    await shoot(consumer);
    await window.finish();
    await expectRight(window, 2);
  });

  it('or not, when the answer to its ack is lost: it asks again, and nobody is alarmed', async () => {
    const window = await openWindow(redis, 2);
    await window.enqueue(['--ids', '2']);
    window.letOrcaEnd();
    const proxy = await window.openProxy();
    const atAck = proxy.holdAnswer(acksJob('c2-a1'));
    const consumer = window.consume({ proxy }, ['--idle-timeout', '1s', '--json']);
    await atAck.reached;
    await expect.poll(async () => (await jobsOnQueue(window))['failed']).toBe(1);
    proxy.cut();
    atAck.thaw();
    expect(JSON.parse(await succeeds(consumer))).toMatchObject({ reason: 'idle', endings: { failed: 1 } });
    expect(consumer.output().stderr).toContain('the queue already has this answer');
    expect(consumer.output().stderr).not.toMatch(/"level":[56]0/);
    await window.finish();
    await expectRight(window, 2);
  });
});
