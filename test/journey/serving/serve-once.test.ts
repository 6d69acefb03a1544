import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { useRedis } from '../../support/use-redis.ts';
import { exampleCsv, oactSucceeds, runOact, standInPath, startOact } from '../../support/run-oact.ts';

let home: CampaignDir;
const redis = useRedis();
let dir: string;
let env: Record<string, string>;
beforeAll(async () => {
  home = makeCampaignDir();
  dir = join(home.dir, 'campaign');
  env = {
    OACT_REDIS_URL: fullRedisUrl(redis.address),
    OACT_STANDIN_SECONDS: '0.05',
    OACT_ORCA_PATH: standInPath,
  };
  await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin'], { env });
}, 60_000);
afterAll(async () => {
  home.remove();
});

const round = async (...flags: string[]): Promise<Record<string, unknown>> =>
  JSON.parse((await oactSucceeds(['serve', '-C', dir, '--once', '--json', ...flags], { env })).stdout);
const status = async () => JSON.parse((await oactSucceeds(['status', '-C', dir, '--json'], { env })).stdout);

it('rounds by cron enqueue and settle, and status says when the last one was', async () => {
  expect(await round('--high-water', '10')).toMatchObject({ queued: 10, settled: 0 });
  expect((await status()).serve).toMatchObject({ state: 'ended' });
  const flags = ['--slots', '2', '--cores-per-slot', '1', '--idle-timeout', '1s'];
  await oactSucceeds(['consume', '-C', dir, ...flags], { env });
  expect(await round('--high-water', '10')).toMatchObject({ queued: 10, settled: 10 });
  expect((await status()).database).toMatchObject({ completed: 10, running: 10, to_run: 4 });
}, 120_000);

it('a round beside a running serve does its work, and takes nothing from it', async () => {
  const serve = startOact(['serve', '-C', dir], { env });
  try {
    await expect
      .poll(() => serve.output().stderr, { timeout: 60_000 })
      .toContain('this oact serve leads the campaign');
    await Promise.all([round(), round()]);
    expect((await status()).serve).toMatchObject({ state: 'alive', pid: serve.child.pid });
    expect((await status()).database).toMatchObject({ completed: 10, running: 14 });
  } finally {
    serve.child.kill('SIGTERM');
    await serve.ended;
  }
}, 120_000);

it('without Redis a round is an error at once, for cron to tell of', async () => {
  const run = await runOact(['serve', '-C', dir, '--once'], {
    env: { ...env, OACT_REDIS_URL: 'redis://127.0.0.1:1' },
  });
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('REDIS_UNREACHABLE');
}, 60_000);
