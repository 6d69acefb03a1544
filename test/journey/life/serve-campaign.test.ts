import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRedisProgram } from '../../../infra/redis/find-redis-program.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import {
  exampleCsv,
  oactSucceeds,
  runOact,
  type RunningOact,
  standInPath,
  startOact,
} from '../../support/run-oact.ts';

const hasServer = (await findRedisProgram()) !== undefined;

/** As on a cluster: a server of the campaign's own with its users, a long-lived serve, consumers that come and go. */
describe.skipIf(!hasServer)('a campaign with its own Redis server', () => {
  let home: CampaignDir;
  let dir: string;
  let serve: RunningOact;
  const env = { OACT_STANDIN_SECONDS: '0.05', OACT_ORCA_PATH: standInPath };
  const status = async (): Promise<{
    database: Record<string, number>;
    queue: Record<string, number> | null;
    redis: Record<string, string>;
  }> => JSON.parse((await oactSucceeds(['status', '-C', dir, '--json'])).stdout);

  beforeAll(async () => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
    await oactSucceeds(['redis', 'start', '-C', dir]);
    serve = startOact(['serve', '-C', dir, '--high-water', '10'], { env });
  });
  afterAll(async () => {
    if (serve.child.exitCode === null) serve.child.kill('SIGTERM');
    await serve.ended;
    await runOact(['redis', 'stop', '-C', dir]);
    home.remove();
  });

  it('keeps its secrets to its owner', () => {
    for (const role of ['admin', 'producer', 'consumer', 'board']) {
      expect(statSync(join(dir, '.oact', 'redis', `${role}.secret`)).mode & 0o777).toBe(0o600);
    }
  });

  it('fills the queue to the high-water mark and not further', async () => {
    await expect.poll(async () => (await status()).queue?.['waiting'], { timeout: 15_000 }).toBe(10);
    const { database, redis } = await status();
    expect(database).toMatchObject({ to_run: 14, running: 10 });
    expect(redis).toMatchObject({ kind: 'redis-server' });
  });

  it('refills while consumers work, under their own Redis user, until every record is done', async () => {
    const args = [
      'consume',
      '-C',
      dir,
      '--slots',
      '2',
      '--cores-per-slot',
      '1',
      '--idle-timeout',
      '3s',
      '--json',
    ];
    const consumer = await runOact(args, { env });
    expect(consumer.code).toBe(0);
    expect(JSON.parse(consumer.stdout)).toEqual({ reason: 'idle', endings: { completed: 24 }, why: null });
    await expect.poll(async () => (await status()).database['completed'], { timeout: 15_000 }).toBe(24);
    expect((await status()).queue).toEqual({ waiting: 0, active: 0, completed: 0, failed: 0 });
  }, 60_000);

  it('stops serving at SIGTERM without touching anything', async () => {
    serve.child.kill('SIGTERM');
    const { code, stderr } = await serve.ended;
    expect(code).toBe(0);
    expect(stderr).toContain('"settled":24');
  });

  it('says where its Redis is, and stops it', async () => {
    expect((await oactSucceeds(['redis', 'url', '-C', dir])).stdout).toMatch(
      /^redis:\/\/127\.0\.0\.1:\d+\/0\n$/,
    );
    expect((await oactSucceeds(['redis', 'start', '-C', dir])).stdout).toContain('already runs');
    await oactSucceeds(['redis', 'stop', '-C', dir]);
    expect((await runOact(['redis', 'status', '-C', dir])).code).toBe(3);
    expect((await status()).queue).toBeNull();
  });
});
