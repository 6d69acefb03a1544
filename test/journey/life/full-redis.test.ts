/** Redis that answers and takes no more, and people who stop or may not look: every command says so. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { beforeEach, describe, expect, it } from 'vitest';
import { connectRedis } from '../../../core/redis/connect-redis.ts';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { hasServer, type OwnRedis, startOwnRedis } from '../../crash/redis/own-redis.ts';
import { oactSucceeds, runOact, standInPath, startOact } from '../../support/run-oact.ts';

describe.skipIf(!hasServer)('a Redis of its own', { timeout: 120_000 }, () => {
  let redis: OwnRedis;
  let dir: string;
  let env: Record<string, string>;
  beforeEach(async () => {
    redis = await startOwnRedis();
    dir = join(redis.home, 'campaign');
    env = { OACT_REDIS_URL: redis.address.url, OACT_ORCA_PATH: standInPath, OACT_STANDIN_SECONDS: '0.05' };
  });

  async function aCampaign(records: number): Promise<void> {
    const csv = join(redis.home, 'structures.csv');
    const rows = Array.from(
      { length: records },
      (_, n) => `"H 0 0 0\nH 0 0 ${(0.7 + n * 1e-5).toFixed(5)}",0,1`,
    );
    writeFileSync(csv, ['geometry,charge,spin', ...rows, ''].join('\n'));
    const columns = ['--geometry-column', 'geometry', '--multiplicity-column', 'spin'];
    await oactSucceeds(['init', dir, '--csv', csv, ...columns]);
  }

  it('full: enqueue and consume fail with REDIS_FULL, and go on when there is room', async () => {
    await aCampaign(4);
    const consume = [
      'consume',
      '-C',
      dir,
      '--slots',
      '1',
      '--cores-per-slot',
      '1',
      '--idle-timeout',
      '3s',
      '--json',
    ];
    await oactSucceeds(['enqueue', '-C', dir, '--batch-size', '2'], { env });
    const admin = await connectRedis(redis.address);
    await admin.config('SET', 'maxmemory', '1mb');

    const enqueued = await runOact(['enqueue', '-C', dir, '--batch-size', '2'], { env });
    expect(enqueued.code).toBe(1);
    expect(enqueued.stderr).toMatch(/REDIS_FULL/);
    expect(enqueued.stderr).toMatch(/maxmemory/);
    expect(enqueued.stderr).not.toMatch(/defect/);

    const full = await runOact(consume, { env });
    expect(full.code).toBe(1);
    expect(JSON.parse(full.stdout)).toMatchObject({
      reason: 'no_redis',
      why: expect.stringMatching(/Redis is full/),
    });
    expect(full.stderr).toMatch(/oact: Redis is full \(it has reached maxmemory\) and refuses to write/);

    await admin.config('SET', 'maxmemory', '0');
    admin.disconnect();
    const done = await oactSucceeds(consume, { env });
    expect(JSON.parse(done.stdout)).toMatchObject({
      reason: 'idle',
      endings: { completed: expect.any(Number) },
    });
  });

  it('an enqueue that is interrupted says how many are left, and ends with 75', async () => {
    await aCampaign(5000);
    const flags = ['-C', dir, '--batch-size', '5000', '--high-water', '10000'];
    const running = startOact(['enqueue', ...flags, '--json'], { env });
    const admin = await connectRedis(redis.address);
    await expect
      .poll(async () => Number(/keys=(\d+)/.exec(await admin.info('keyspace'))?.[1] ?? 0), {
        timeout: 60_000,
        interval: 5,
      })
      .toBeGreaterThan(100);
    admin.disconnect();
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    const report = JSON.parse(stdout);
    expect(code).toBe(75);
    expect(report.left).toBeGreaterThan(0);
    expect(report.queued + report.left).toBe(5000);
    expect(stderr).toMatch(new RegExp(`stopped by a signal: ${report.left} of 5000 records`));
  });

  it.skipIf(process.getuid?.() !== 0)(
    'status for a colleague who may not look into .oact: permission denied, not "no Redis yet"',
    async () => {
      await aCampaign(2);
      await oactSucceeds(['redis', 'start', '-C', dir]);
      try {
        for (const path of [redis.home, dir]) chmodSync(path, 0o755);
        chmodSync(join(dir, '.oact'), 0o700);
        const oact = join(findPackageRoot(), 'bin', 'oact.js');
        const asNobody = (args: string[]) =>
          spawnSync(process.execPath, [oact, ...args, '-C', dir], {
            uid: 65534,
            gid: 65534,
            encoding: 'utf8',
            env: { HOME: '/nonexistent', PATH: process.env['PATH'] },
          });
        const status = asNobody(['status']);
        expect(status.stderr).toBe('');
        expect(status.status).toBe(0);
        expect(status.stdout).toMatch(/queue +not reachable: .*permission denied/);
        expect(status.stdout).not.toMatch(/no Redis/);
        expect(asNobody(['redis', 'status']).stderr).toMatch(/permission denied.*Only the user who started/s);
      } finally {
        await oactSucceeds(['redis', 'stop', '-C', dir]);
      }
    },
  );
});
