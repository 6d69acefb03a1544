import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { oactSucceeds, type OactRun, runOact, standInPath } from '../../support/run-oact.ts';

const head = 'name;charge;multiplicity;aligned_csd_core';
const geometry = (distance: number): string => `U 0 0 0\nO 0 0 ${distance}\nO 0 0 -${distance}`;
const row = (name: string, distance: number): string => `${name};2;1;"${geometry(distance)}"`;

/** Two waves of a table and one of XYZ files in one campaign, run and exported: every record keeps the chemist's own name. */
describe('names', { timeout: 180_000 }, () => {
  let home: CampaignDir;
  const env = { OACT_STANDIN_SECONDS: '0.05', OACT_ORCA_PATH: standInPath };
  const oact = (...args: string[]): Promise<OactRun> => oactSucceeds(args, { cwd: home.dir, env });
  const inside = (...args: string[]): Promise<OactRun> => oact('-C', 'c', ...args);

  beforeAll(async () => {
    home = makeCampaignDir();
    const file = (name: string, ...lines: string[]): void =>
      writeFileSync(join(home.dir, name), `${lines.join('\n')}\n`);
    file('wave1.csv', head, row('UCl4-1', 1.71), row('UCl4-2', 1.72));
    file('wave2.csv', head, row('UCl4-2', 1.72), row('UCl4-7', 1.77), row('17', 1.78));
    mkdirSync(join(home.dir, 'more'));
    file('more/KAWVEG.xyz', '3', 'charge=2 multiplicity=1', geometry(1.79));
    await oact('init', 'c', '--csv', 'wave1.csv');
    await inside('import', '--csv', 'wave2.csv');
    await inside('import', '--xyz', 'more');
    await inside('run', '--slots', '2', '--cores-per-slot', '1', '--oversubscribe');
  }, 180_000);
  afterAll(() => home.remove());

  it('are exported with their results, in directories of the same number', async () => {
    const { stdout } = await inside('export', '--format', 'jsonl');
    const rows = stdout
      .trim()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
    expect(rows.map(({ id, name, status, jobDir }) => [id, name, status, jobDir])).toEqual(
      ['UCl4-1', 'UCl4-2', 'UCl4-7', '17', 'KAWVEG'].map((name, index) => [
        index + 1,
        name,
        'completed',
        join(home.dir, 'c', 'jobs', `job_${index + 1}`),
      ]),
    );
    expect(new Set(rows.map(({ origIndex }) => origIndex)).size).toBe(5);
    expect((await inside('export', '--format', 'csv')).stdout).toMatch(/finished_at,name\n1,1,.*,UCl4-1$/m);
  });

  it('stay when a corrected table is imported with --update, which archives and repeats what was computed', async () => {
    const exported = async (): Promise<Map<unknown, unknown>> => {
      const { stdout } = await inside('export', '--format', 'jsonl');
      const rows = stdout.trim().split('\n');
      return new Map(
        rows.map((line) => {
          const one: Record<string, unknown> = JSON.parse(line);
          return [one['name'], one['finalEnergyHartree']];
        }),
      );
    };
    const before = await exported();
    const corrected = [row('UCl4-1', 1.71), row('UCl4-7', 1.9), row('UCl4-2', 1.72)];
    writeFileSync(join(home.dir, 'corrected.csv'), `${[head, ...corrected].join('\n')}\n`);
    const shown = await inside('import', '--csv', 'corrected.csv');
    expect(shown.stdout).toMatch(/0 imported, 2 already known, 1 with other values, 0 bad/);
    expect(shown.stdout).toMatch(/oact import with the same flags and --update/);
    const update = ['-C', 'c', 'import', '--csv', 'corrected.csv', '--update'];
    const dry = await oactSucceeds([...update, '--dry-run'], { cwd: home.dir, env });
    const line = /^3 \(UCl4-7\) +UO2 +2 +1 +new, 3 atoms +106 \(even\) +completed: archived, runs again$/m;
    expect(dry.stdout).toMatch(line);
    const unasked = await runOact(update, { cwd: home.dir, env });
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing was corrected') });
    expect(await exported()).toEqual(before);

    const { stdout } = await oactSucceeds([...update, '--yes'], { cwd: home.dir, env });
    expect(stdout).toMatch(line);
    expect(stdout).toContain(
      '1 corrected and waiting again, the old output moved into attempt-N/: 3 (UCl4-7)',
    );
    expect(existsSync(join(home.dir, 'c/jobs/job_3/orca.out'))).toBe(false);
    await inside('run', '--slots', '2', '--cores-per-slot', '1', '--oversubscribe');
    const after = await exported();
    expect([...after.keys()]).toEqual([...before.keys()]);
    const changed = [...after].filter(([name, energy]) => energy !== before.get(name));
    expect(changed).toEqual([['UCl4-7', expect.any(Number)]]);
    expect((await inside('job', 'show', 'UCl4-7')).stdout).toMatch(/^corrected \S+ by \S+: geometry/m);
    const again = await inside('import', '--csv', 'corrected.csv', '--update');
    expect(again.stdout).toMatch(/^0 imported, 3 already known, 0 bad/);
  });

  it('find a record wherever an id does', async () => {
    expect((await inside('job', 'show', 'UCl4-7')).stdout).toMatch(
      /^record +3 {2}UCl4-7\nsource +wave2\.csv:5, orig_index \d+$/m,
    );
    expect((await inside('job', 'explain', 'kawveg')).stdout).toContain('Record 5 (KAWVEG): ');
    expect((await inside('job', 'cat', 'KAWVEG')).stdout).toContain('Program Version');
    expect((await inside('job', 'input', '17')).stderr).toContain('Record 4 by');
    expect((await inside('job', 'tail', '4')).stdout).not.toBe('');
    expect((await inside('report')).stdout).toMatch(/\| 3 \(UCl4-7\) \|/);
    // Whatever takes an id takes a name.
    const id = async (...args: string[]): Promise<unknown> =>
      JSON.parse((await inside(...args, '--dry-run', '--json')).stdout);
    expect(await id('requeue', 'UCl4-7', '--status', 'completed')).toMatchObject({
      records: [expect.objectContaining({ id: 3 })],
    });
    expect(await id('set', 'UCl4-7', '--charge', '1', '--multiplicity', '2')).toMatchObject({
      records: [{ id: 3, kind: 'correct' }],
    });
    const table = join(home.dir, 'by-name.csv');
    writeFileSync(table, 'Name;Charge;Multiplicity\nUCl4-7;1;2\n17;3;2\n');
    expect(await id('set', '--from', table)).toMatchObject({ records: [{ id: 3 }, { id: 4 }] });
    expect((await inside('requeue', 'UCl4-7', '--status', 'completed', '--dry-run')).stdout).toMatch(
      /^completed +– +1 +3 \(UCl4-7\)$/m,
    );
    writeFileSync(join(home.dir, 'c/jobs/job_3/orca.tmp.1'), 'left by ORCA');
    expect((await inside('clean', 'UCl4-7')).stdout).toMatch(/of 1 completed records would be removed/);
    expect((await inside('export', 'KAWVEG', '--format', 'csv')).stdout).toMatch(/^5,/m);
    const nobody = await runOact(['-C', 'c', 'job', 'show', 'UCl4-9'], { cwd: home.dir });
    expect(nobody.stderr).toMatch(/no record with the id or name 'UCl4-9'\n.*oact job list --name/);
    const { stdout } = await inside('job', 'list', '--name', 'ucl4');
    expect(stdout).toMatch(/^id +name +formula/);
    expect(stdout.match(/UCl4-\d/g)).toEqual(['UCl4-1', 'UCl4-2', 'UCl4-7']);
  });

  it('stand in the log of the run', () => {
    const log = readFileSync(join(home.dir, 'c', 'logs', 'run.log'), 'utf8');
    expect(log).toContain('"recordName":"KAWVEG"');
  });
});
