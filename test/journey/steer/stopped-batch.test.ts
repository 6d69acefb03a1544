import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { useRedis } from '../../support/use-redis.ts';
import { exampleCsv, oactSucceeds, runOact, standInPath, startOact } from '../../support/run-oact.ts';

const words = /batch 1 was stopped: its first \d+ jobs all failed with input_keyword: .*UNRECOGNIZED/;
const cure = 'Correct the keywords of the recipe (oact job input ID prints an input), then enqueue again';

describe('a batch whose jobs all die of the same wrong input', { timeout: 120_000 }, () => {
  let home: CampaignDir;
  const redis = useRedis();
  const wrong = { OACT_STANDIN_FAIL: 'input_keyword' };
  beforeAll(async () => {
    home = makeCampaignDir();
  });
  afterAll(async () => {
    home.remove();
  });

  async function aCampaign(name: string, isServed: boolean) {
    const dir = join(home.dir, name);
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin']);
    const env: Record<string, string> = {
      OACT_ORCA_PATH: standInPath,
      OACT_STANDIN_SECONDS: '0.05',
      ...(isServed && { OACT_REDIS_URL: fullRedisUrl(redis.address) }),
    };
    const status = async () =>
      JSON.parse((await oactSucceeds(['status', '-C', dir, '--json'], { env })).stdout);
    return { dir, env, status };
  }

  it('ends oact run with the error and the cure; corrected, the rest is run', async () => {
    const { dir, env, status } = await aCampaign('run', false);
    const run = ['run', '-C', dir, '--slots', '1', '--cores-per-slot', '1', '--order', 'id'];
    const stopped = await runOact(run, { env: { ...env, ...wrong } });
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toMatch(words);
    expect(stopped.stderr).toContain(cure);
    const { database, stopped: batches } = await status();
    // A job or two may have started before the fifth failure was settled.
    expect(database.failed).toBeGreaterThanOrEqual(5);
    expect(database.failed).toBeLessThan(12);
    expect(database).toMatchObject({ running: 0, completed: 0, to_run: 24 - database.failed });
    expect(batches).toMatchObject([
      { batchId: 1, isFirst: true, error: expect.stringMatching(/^input_keyword: /) },
    ]);

    await oactSucceeds(run, { env });
    const after = await status();
    expect(after.database).toMatchObject({
      to_run: 0,
      completed: 24 - database.failed,
      failed: database.failed,
    });
    expect(after.stopped).toEqual([]);
  });

  it('is taken off the queue by oact reconcile alone, and shown by oact status', async () => {
    const { dir, env, status } = await aCampaign('reconcile', true);
    await oactSucceeds(['enqueue', '-C', dir, '--batch-size', '24', '--order', 'id'], { env });
    const reconcile = startOact(['reconcile', '-C', dir], { env });
    const slots = ['--slots', '1', '--cores-per-slot', '1', '--idle-timeout', '2s'];
    await oactSucceeds(['consume', '-C', dir, ...slots], { env: { ...env, ...wrong } });
    await expect.poll(async () => (await status()).database.running, { timeout: 30_000 }).toBe(0);
    reconcile.child.kill('SIGTERM');
    const { stderr } = await reconcile.ended;
    expect(stderr.split('\n').filter((line) => words.test(line))).toHaveLength(1);
    expect(stderr).toContain(cure);
    const { database, queue } = await status();
    expect(database.failed).toBeGreaterThanOrEqual(5);
    expect(database.to_run).toBe(24 - database.failed);
    expect(queue).toEqual({ waiting: 0, active: 0, completed: 0, failed: 0 });
    const text = (await oactSucceeds(['status', '-C', dir], { env })).stdout;
    expect(text).toMatch(words);
    expect(text).toContain(cure);

    const again = await oactSucceeds(['enqueue', '-C', dir, '--batch-size', '3', '--json'], { env });
    expect(JSON.parse(again.stdout)).toMatchObject({ queued: 3 });
    expect((await status()).stopped).toEqual([]);
  });
});
