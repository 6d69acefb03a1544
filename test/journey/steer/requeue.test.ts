import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { useRedis } from '../../support/use-redis.ts';
import { exampleCsv, oactSucceeds, runOact, standInPath } from '../../support/run-oact.ts';

describe('oact requeue', () => {
  let home: CampaignDir;
  const redis = useRedis();
  let dir: string;
  let env: Record<string, string>;
  const fails = { OACT_STANDIN_FAIL: 'scf_not_converged' };

  const consume = async (changes: Record<string, string>): Promise<void> => {
    const args = ['consume', '-C', dir, '--slots', '1', '--cores-per-slot', '1', '--idle-timeout', '1s'];
    await oactSucceeds(args, { env: { ...env, ...changes } });
    await oactSucceeds(['reconcile', '-C', dir, '--once', '--no-retry'], { env });
  };
  const show = async (id: number) =>
    JSON.parse((await oactSucceeds(['job', 'show', '-C', dir, String(id), '--json'], { env })).stdout);

  beforeAll(async () => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    env = { OACT_REDIS_URL: fullRedisUrl(redis.address), OACT_ORCA_PATH: standInPath };
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin'], { env });
    await oactSucceeds(['enqueue', '-C', dir, '--ids', '1-3'], { env });
    await consume(fails);
  }, 120_000);
  afterAll(async () => {
    home.remove();
  });

  it('shows what it would take, and changes nothing without a yes', async () => {
    const dry = await oactSucceeds(['requeue', '-C', dir, '--dry-run'], { env });
    expect(dry.stdout).toMatch(/^failed\s+scf_not_converged\s+3\s+1 \(\w+\), 2 \(\w+\), 3 \(\w+\)$/m);
    expect(dry.stdout).toContain('3 would be requeued. Nothing was changed');
    const unasked = await runOact(['requeue', '-C', dir], { env });
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing was requeued') });
    expect(await show(1)).toMatchObject({ status: 'failed', failCount: 1 });
  }, 60_000);

  it('really runs them again: old output archived first, fail_count kept, a new attempt', async () => {
    const jobDir: string = (await show(1)).jobDir;
    await oactSucceeds(['requeue', '-C', dir, '--ids', '1', '--yes'], { env });
    expect(existsSync(join(jobDir, 'orca.out'))).toBe(false);
    expect(readFileSync(join(jobDir, 'attempt-1', 'orca.out'), 'utf8')).toContain('SCF NOT CONVERGED');
    expect(await show(1)).toMatchObject({ status: 'to_run', failCount: 1, errorMessage: null });
    await oactSucceeds(['enqueue', '-C', dir, '--ids', '1'], { env });
    await consume({});
    expect(await show(1)).toMatchObject({
      status: 'completed',
      failCount: 1,
      attempts: [{ outcome: 'failed' }, { outcome: 'completed' }],
    });
  }, 60_000);

  it('computes a completed record anew, and the table forgets the old result meanwhile', async () => {
    await oactSucceeds(['requeue', '-C', dir, '--ids', '1', '--status', 'completed', '--yes'], { env });
    expect(await show(1)).toMatchObject({ status: 'to_run', finalEnergyHartree: null });
  }, 60_000);

  it('leaves a record that a marker holds alone, unless it is told to unblock', async () => {
    const marker = join((await show(2)).jobDir, '.do_not_rerun.json');
    writeFileSync(marker, '{"failure_reason":"broken geometry"}');
    const held = await oactSucceeds(['requeue', '-C', dir, '--ids', '2', '--yes'], { env });
    expect(held.stdout).toContain('1 blocked by a marker');
    expect(await show(2)).toMatchObject({ status: 'failed' });
    await oactSucceeds(['requeue', '-C', dir, '--ids', '2', '--yes', '--unblock', '--reset-fail-count'], {
      env,
    });
    expect(existsSync(marker)).toBe(false);
    expect(await show(2)).toMatchObject({ status: 'to_run', failCount: 0 });
  }, 60_000);

  it.each([
    ['class', ['--class', 'scf_not_converged,memory_maxcore'], ['--class', 'disk_full']],
    ['text of the error', ['--error', 'scf not CONVERGED'], ['--error', 'segmentation']],
    ['fail_count', ['--max-retries', '2'], ['--max-retries', '1']],
    ['id', ['--ids', '3'], ['--ids', '4-24']],
    ['id as an argument', ['3'], ['4-24', '1']],
  ])('chooses by %s', async (_, filter, other) => {
    const { stdout } = await oactSucceeds(['requeue', '-C', dir, '--dry-run', '--json', ...filter], { env });
    expect(JSON.parse(stdout).records).toEqual([{ id: 3, result: 'requeued', reason: null }]);
    expect(await runOact(['requeue', '-C', dir, '--dry-run', ...other], { env })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('no finished record is selected'),
    });
  });

  it.each([
    ['a status that is not over', ['--status', 'running'], /'running' is not a status of a finished record/],
    ['an unknown flag', ['--all'], /unknown option/],
    ['a bad id', ['--ids', 'x'], /neither an id nor a range/],
  ])('refuses %s', async (_, args, words) => {
    const { code, stderr } = await runOact(['requeue', '-C', dir, ...args], { env });
    expect(code).toBe(2);
    expect(stderr).toMatch(words);
  });
});
