import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { useRedis } from '../../support/use-redis.ts';
import { type OactRun, oactSucceeds, runOact, standInPath } from '../../support/run-oact.ts';

const uf6 = `7
UF6
U 0 0 0
F 1.99 0 0
F -1.99 0 0
F 0 1.99 0
F 0 -1.99 0
F 0 0 1.99
F 0 0 -1.99`;
const table = `charge,spin,aligned_csd_core
0,1,"${uf6}"
-1,2,"${uf6}"
0,1,"${uf6.replaceAll('1.99', '2.01')}"
1,2,"${uf6.replaceAll('1.99', '2.02')}"
`;

describe('oact set', { timeout: 180_000 }, () => {
  let home: CampaignDir;
  const redis = useRedis();
  let dir: string;
  let env: Record<string, string>;

  const oact = (...args: string[]): Promise<OactRun> => runOact([...args, '-C', dir], { env });
  const show = async (id: number) =>
    JSON.parse((await oactSucceeds(['job', 'show', '-C', dir, String(id), '--json'], { env })).stdout);
  const compute = async (ids: string): Promise<void> => {
    await oactSucceeds(['enqueue', '-C', dir, '--ids', ids], { env });
    const args = ['consume', '-C', dir, '--slots', '2', '--cores-per-slot', '1', '--idle-timeout', '1s'];
    await oactSucceeds(args, { env });
    await oactSucceeds(['reconcile', '-C', dir, '--once', '--no-retry'], { env });
  };

  beforeAll(async () => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    env = { OACT_REDIS_URL: fullRedisUrl(redis.address), OACT_ORCA_PATH: standInPath };
    const csv = join(home.dir, 'table.csv');
    writeFileSync(csv, table);
    await oactSucceeds(['init', dir, '--csv', csv, '--multiplicity-column', 'spin'], { env });
    await compute('1-2');
  }, 120_000);
  afterAll(async () => {
    home.remove();
  });

  it('shows old and new with the electrons, and writes nothing without a yes', async () => {
    const dry = await oact('set', '1', '--charge=-2', '--dry-run');
    expect(dry).toMatchObject({ code: 0, stderr: '' });
    expect(dry.stdout).toMatch(
      /^1\s+UF6\s+0 → -2\s+1\s+as it is\s+148 \(even\)\s+completed: archived, runs again$/m,
    );
    expect(dry.stdout).toContain('Nothing was changed (--dry-run)');
    const unasked = await oact('set', '1', '--charge=-2');
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing was corrected') });
    expect(await show(1)).toMatchObject({ status: 'completed', charge: 0, corrections: [] });
  });

  it('sets a wrong charge right, and the next run gives the result of the right one', async () => {
    const before = await show(1);
    const anion = await show(2);
    expect(before.finalEnergyHartree).not.toBe(anion.finalEnergyHartree);
    const set = await oact('set', '1', '--charge', '-1', '--multiplicity', '2', '--yes');
    expect(set).toMatchObject({ code: 0, stdout: expect.stringContaining('waiting again') });
    expect(existsSync(join(before.jobDir, 'orca.out'))).toBe(false);
    expect(readFileSync(join(before.jobDir, 'attempt-1', 'orca.inp'), 'utf8')).toContain('*xyz 0 1');
    expect(await show(1)).toMatchObject({
      status: 'to_run',
      charge: -1,
      multiplicity: 2,
      finalEnergyHartree: null,
    });

    await compute('1');
    const after = await show(1);
    expect(after).toMatchObject({
      status: 'completed',
      failCount: 0,
      finalEnergyHartree: anion.finalEnergyHartree,
    });
    expect(readFileSync(join(after.jobDir, 'orca.inp'), 'utf8')).toContain('*xyz -1 2');
    expect(after.corrections).toMatchObject([
      { field: 'charge', oldValue: '0', newValue: '-1', attempt: 1, changedBy: expect.any(String) },
      { field: 'multiplicity', oldValue: '1', newValue: '2' },
      { field: 'status', oldValue: 'completed', newValue: 'to_run' },
    ]);
    const { stdout } = await oact('job', 'show', '1');
    expect(stdout).toMatch(/^corrected \S+ by \S+: charge 0 → -1, after attempt 1$/m);
  });

  it('has nothing to do where the values stand there already', async () => {
    expect(await oact('set', '1', '--charge', '-1')).toMatchObject({ code: 3 });
  });

  it('refuses what cannot be computed, and names the electrons', async () => {
    const refused = await oact('set', '3', '--charge', '1', '--yes');
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('145 electrons (charge 1) cannot have multiplicity 1');
    expect(await show(3)).toMatchObject({ charge: 0, status: 'to_run' });
  });

  it('refuses what waits on the queue, and cancels it when asked to', async () => {
    await oactSucceeds(['enqueue', '-C', dir, '--ids', '3'], { env });
    const refused = await oact('set', '3', '--charge=-2', '--yes');
    expect(refused).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('waits on the queue (use --cancel)'),
    });
    expect(await show(3)).toMatchObject({ charge: 0, status: 'running' });
    expect(await oact('set', '3', '--charge=-2', '--yes', '--cancel')).toMatchObject({ code: 0 });
    expect(await show(3)).toMatchObject({ charge: -2, status: 'to_run', failCount: 0 });
  });

  it('takes a table, and a geometry for one record', async () => {
    const csv = join(home.dir, 'corrections.csv');
    writeFileSync(csv, 'id;Charge;Multiplicity;note\n4;-1;2;was a typing error\n3;-2;;\n');
    const set = await oact('set', '--from', csv, '--yes');
    expect(set).toMatchObject({ code: 0, stderr: expect.stringContaining('ignored columns: note') });
    expect(set.stdout).toContain('1 already have these values: 3');
    expect(await show(4)).toMatchObject({ charge: -1, multiplicity: 2 });
    const xyz = join(home.dir, 'uf4.xyz');
    writeFileSync(xyz, '5\nUF4\nU 0 0 0\nF 2 0 0\nF -2 0 0\nF 0 2 0\nF 0 -2 0\n');
    expect(await oact('set', '3', '--geometry', xyz, '--yes')).toMatchObject({ code: 0 });
    expect(await show(3)).toMatchObject({ elements: 'U;F;F;F;F', charge: -2 });
  });

  it.each([
    ['no ids', ['--charge', '1'], 2, /no records are given/],
    ['no value', ['1'], 2, /no values are given/],
    ['half a charge', ['1', '--charge', '0.5'], 2, /whole number/],
    ['a geometry for two', ['1-2', '--geometry', 'x.xyz'], 2, /--geometry can set only one record/],
    ['a table and a value', ['--from', 'x.csv', '--charge', '1'], 2, /leave records and values out/],
    ['an unknown record', ['99', '--charge', '1'], 1, /no record 99/],
    ['a missing file', ['1', '--geometry', 'x.xyz'], 1, /does not exist/],
  ])('refuses %s', async (_, args, code, words) => {
    const run = await oact('set', ...args);
    expect(run.code).toBe(code);
    expect(run.stderr).toMatch(words);
  });
});
