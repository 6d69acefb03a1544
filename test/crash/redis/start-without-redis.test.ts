import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { readServerRecord } from '../../../core/redis/campaign-redis.ts';
import { isAlive } from '../../consumer/programs.ts';
import { exampleCsv, oactSucceeds, runOact, standInPath, startOact } from '../../support/run-oact.ts';
import { hasServer, type OwnRedis, patient, startOwnRedis } from './own-redis.ts';

let redis: OwnRedis;
beforeEach(async () => {
  if (hasServer) redis = await startOwnRedis();
});

vi.setConfig({ testTimeout: 90_000 });

describe.skipIf(!hasServer)('a command that starts without Redis', () => {
  let dir: string;
  let env: Record<string, string>;
  beforeEach(async () => {
    dir = join(redis.home, 'campaign');
    env = { OACT_REDIS_URL: redis.address.url, OACT_ORCA_PATH: standInPath, OACT_STANDIN_SECONDS: '0.05' };
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
    await redis.kill();
  });
  const node = ['--slots', '1', '--cores-per-slot', '1'];

  it('serve and consume wait, say so once, and work when it is there', async () => {
    const serve = startOact(['serve', '-C', dir, '--batch-size', '2'], { env });
    const consume = startOact(['consume', '-C', dir, ...node, '--idle-timeout', '30s'], { env });
    for (const one of [serve, consume])
      await expect.poll(() => one.output().stderr, patient).toContain('Redis cannot be reached: waiting');
    await redis.start();
    await expect.poll(() => serve.output().stderr, patient).toContain('"serving"');
    await expect.poll(() => consume.output().stderr.split('job finished').length - 1, patient).toBe(2);
    consume.child.kill('SIGTERM');
    serve.child.kill('SIGTERM');
    expect((await consume.ended).code).toBe(75);
    const ended = await serve.ended;
    expect(ended.code).toBe(0);
    for (const stderr of [ended.stderr, (await consume.ended).stderr]) {
      expect(stderr.split('waiting for it')).toHaveLength(2);
      expect(stderr).toMatch(/"seconds":\d+,"msg":"Redis answers again"/);
    }
  });

  it.each([
    ['serve', [], 0],
    ['reconcile', [], 0],
    ['consume', node, 75],
  ])('%s ends at once when it is stopped while it waits', async (command, args, code) => {
    const waiting = startOact([command, '-C', dir, ...args], { env });
    await expect.poll(() => waiting.output().stderr, patient).toContain('Redis cannot be reached: waiting');
    const stoppedAtMs = Date.now();
    waiting.child.kill('SIGTERM');
    expect((await waiting.ended).code).toBe(code);
    expect(Date.now() - stoppedAtMs).toBeLessThan(8000);
  });

  it('consume gives its node back after the idle timeout, with the reason', async () => {
    const { code, stderr } = await runOact(['consume', '-C', dir, ...node, '--idle-timeout', '2s'], { env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/gave up after 2 s: .*ECONNREFUSED/);
  });

  it.each([
    ['enqueue', ['enqueue']],
    ['reconcile --once', ['reconcile', '--once']],
  ])('%s says so to the person who waits', async (_, args) => {
    const { code, stderr } = await runOact([...args, '-C', dir], { env });
    expect(code).toBe(1);
    expect(stderr).toContain('cannot be reached');
    expect(stderr).not.toContain('waiting for it');
  });

  it('serve does not wait for a server that nobody has started', async () => {
    const { code, stderr } = await runOact(['serve', '-C', dir], {});
    expect(code).toBe(1);
    expect(stderr).toContain('this campaign has no Redis yet');
  });

  it('serve waits for the campaign’s own server when that has crashed', async () => {
    await oactSucceeds(['redis', 'start', '-C', dir]);
    onTestFinished(async () => void (await runOact(['redis', 'stop', '-C', dir])));
    const pid = readServerRecord(dir)?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
    const serve = startOact(['serve', '-C', dir, '--batch-size', '1'], {});
    await expect.poll(() => serve.output().stderr, patient).toContain('waiting for it');
    expect(serve.output().stderr).toContain('no longer runs');
    await oactSucceeds(['redis', 'start', '-C', dir]);
    await expect.poll(() => serve.output().stderr, patient).toContain('"serving"');
    serve.child.kill('SIGTERM');
    expect((await serve.ended).code).toBe(0);
  });
});
