import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { useRedis } from '../../support/use-redis.ts';
import { exampleCsv, oactSucceeds, runOact, standInPath } from '../../support/run-oact.ts';

describe('oact job show', () => {
  let home: CampaignDir;
  const redis = useRedis();
  let dir: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    env = { OACT_REDIS_URL: fullRedisUrl(redis.address), OACT_ORCA_PATH: standInPath };
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin'], { env });
    await oactSucceeds(['enqueue', '-C', dir, '--ids', '1-2', '--order', 'id'], { env });
  }, 120_000);
  afterAll(async () => {
    home.remove();
  });

  const show = async (...args: string[]) =>
    JSON.parse((await oactSucceeds(['job', 'show', '-C', dir, ...args, '--json'], { env })).stdout);

  it('tells where the job is: waiting, then settled with what was counted', async () => {
    expect(await show('1')).toMatchObject({
      id: 1,
      status: 'running',
      queue: { jobId: 'c1-a1', state: 'waiting', counts: { starts: 0, lost: 0, handedBack: 0, faults: 0 } },
      attempts: [{ attempt: 1, outcome: null, starts: null }],
    });
    expect(await show('5')).toMatchObject({ status: 'to_run', queue: null, attempts: [] });

    const consume = ['consume', '-C', dir, '--slots', '1', '--cores-per-slot', '1', '--idle-timeout', '1s'];
    await oactSucceeds(consume, { env });
    await oactSucceeds(['reconcile', '-C', dir, '--once'], { env });
    expect(await show('1')).toMatchObject({
      status: 'completed',
      queue: null,
      attempts: [{ outcome: 'completed', starts: 1, lost: 0, handedBack: 0, faults: 0 }],
    });
    const { stdout } = await oactSucceeds(['job', 'show', '1', '-C', dir], { env });
    expect(stdout).toMatch(/^attempt\s+outcome\s+class/m);
  }, 120_000);

  it('works without Redis, and says so', async () => {
    await oactSucceeds(['enqueue', '-C', dir, '--ids', '7'], { env });
    const away = { ...env, OACT_REDIS_URL: 'redis://127.0.0.1:1/0' };
    const { stdout } = await oactSucceeds(['job', 'show', '7', '-C', dir], { env: away });
    expect(stdout).toMatch(/^queue\s+not reachable: /m);
    expect(stdout).toMatch(/^\s*1\s+open\s/m);
  }, 120_000);

  it.each([
    ['an unknown id', '999999', 1, 'no record with the id or name 999999'],
    ['no id', 'c1-a1', 1, "no record with the id or name 'c1-a1'"],
  ])('refuses %s', async (_, id, code, words) => {
    const run = await runOact(['job', 'show', id, '-C', dir], { env });
    expect(run.code).toBe(code);
    expect(run.stderr).toContain(words);
    expect(run.stderr).not.toMatch(/^ +at /m);
  });
});
