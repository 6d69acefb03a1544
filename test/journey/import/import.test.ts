import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { holdImportLock } from '../../../cli/campaign/hold-run-lock.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { oactSucceeds, type OactRun, runOact } from '../../support/run-oact.ts';
import { upstreamTable } from '../../workflow/sample-workflow.ts';

const head = 'name,charge,multiplicity,aligned_csd_core';
const cell = (distance: number): string => `"U 0 0 0\nO 0 0 ${distance}\nO 0 0 -${distance}"`;
const row = (name: string, distance: number, charge = 2): string => `${name},${charge},1,${cell(distance)}`;

describe('oact init and oact import', { timeout: 120_000 }, () => {
  let dir: string;
  const place = (name: string, ...lines: string[]): string => {
    const path = join(dir, name);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  };
  const oact = (...args: string[]): Promise<OactRun> => runOact(args, { cwd: dir });
  const rows = (columns: string): unknown[] => {
    const db = new Database(join(dir, 'c', 'workflow.db'), { readonly: true });
    const sql = `select ${columns} from structures left join oact_names on record_id = id order by id`;
    const found = db.prepare(sql).raw().all();
    db.close();
    return found;
  };

  beforeEach(() => {
    const home = makeCampaignDir();
    onTestFinished(() => home.remove());
    ({ dir } = home);
  });

  it('refuse a table whose columns are called otherwise, and a preview shows how it could be read', async () => {
    // NpF6 2- ran as neutral from such a table.
    const file = place('t.csv', 'Name,Charge,Mult,XYZ', `U1,2,1,${cell(1.76)}`, `Np,-2,,${cell(1.7)}`);
    const refused = await oact('init', 'c', '--csv', file);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/no column 'aligned_csd_core'.*not clear what the column 'Mult'/);
    expect(existsSync(join(dir, 'c'))).toBe(false);

    const preview = await oact('init', 'c', '--csv', file, '--dry-run');
    expect(preview.code).toBe(1);
    expect(preview.stdout).toMatch(/geometry +XYZ {2}\(a guess\)/);
    expect(preview.stdout).toMatch(/charge +Charge$/m);
    expect(preview.stdout).toContain('--geometry-column XYZ --multiplicity-column Mult');
    expect(existsSync(join(dir, 'c'))).toBe(false);

    const columns = ['--geometry-column', 'xyz', '--multiplicity-column', 'mult'];
    const done = await oact('init', 'c', '--csv', file, ...columns);
    expect(done.stdout).toMatch(/1 imported, 0 already known, 1 bad\n.*t\.csv:5: it has no multiplicity/);
    expect(rows('name, charge, spin')).toEqual([['U1', 2, 1]]);
  });

  it('show a preview on one screen, with bad rows by reason, and write nothing', async () => {
    const bad = Array.from({ length: 30 }, (_, index) => `B${index},2,2,${cell(1.7 + index / 1000)}`);
    const file = place('t.csv', head, row('U1', 1.76), row('U1', 1.76), ...bad, `E,,1,${cell(1.8)}`);
    const { stdout } = await oactSucceeds(['init', join(dir, 'c'), '--csv', file, '--dry-run']);
    expect(stdout).toContain('separator: comma, encoding: UTF-8');
    expect(stdout).toMatch(
      /name +formula +charge +multiplicity +electrons +atoms\n +U1 +UO2 +2 +1 +106 +3$/m,
    );
    expect(stdout).toContain('1 good, 31 bad, 1 exact duplicate, 0 already known, 0 with other values');
    expect(stdout).toMatch(/30 bad: .*t\.csv:8: 106 electrons \(charge 2\) cannot have multiplicity 2/);
    expect(stdout).toMatch(/1 bad: .*has no charge/);
    expect(stdout).toMatch(/t\.csv:5: exact duplicate of line 2 of t\.csv \(U1\)/);
    expect(stdout.split('\n').length).toBeLessThanOrEqual(24);
    expect(existsSync(join(dir, 'c'))).toBe(false);
    const campaign = await oactSucceeds(['init', 'c', '--csv', file], { cwd: dir });
    expect(campaign.stdout).toContain('1 imported, 0 already known, 1 exact duplicate, 31 bad');
    const before = readFileSync(join(dir, 'c', 'workflow.db'));
    const again = await oactSucceeds(['-C', 'c', 'import', '--csv', file, '--dry-run', '--json'], {
      cwd: dir,
    });
    expect(JSON.parse(again.stdout)).toMatchObject({
      dryRun: true,
      imported: 0,
      duplicates: 2,
      badCount: 31,
    });
    expect(readFileSync(join(dir, 'c', 'workflow.db')).equals(before)).toBe(true);
  });

  it('number on from wave to wave, know what they have, and show what differs', async () => {
    const first = place('wave1.csv', head, row('U1', 1.76), row('U2', 1.77));
    await oactSucceeds(['init', 'c', '--csv', first], { cwd: dir });
    expect(readFileSync(join(dir, 'c', 'oact.yaml'), 'utf8')).toContain('jobDirPattern: job_{id}');
    const second = place(
      'wave2.csv',
      head,
      row('U3', 1.78),
      row('U2', 1.77),
      row('U1', 1.5),
      row('U4', 1.79),
    );
    const { stdout } = await oactSucceeds(['-C', 'c', 'import', '--csv', second], { cwd: dir });
    expect(stdout).toMatch(/^2 imported, 1 already known, 1 with other values, 0 bad/);
    expect(stdout).toMatch(/wave2\.csv:8: record 1 \(U1\) has other values: another geometry/);
    expect(stdout).toMatch(/1 row above was not imported.*--update.*--as-new/);
    const kept = rows('id, orig_index, name, source');
    expect(kept).toEqual([
      [1, 1, 'U1', 'wave1.csv:2'],
      [2, 2, 'U2', 'wave1.csv:5'],
      [3, 3, 'U3', 'wave2.csv:2'],
      [4, 4, 'U4', 'wave2.csv:11'],
    ]);
    mkdirSync(join(dir, 'more'));
    writeFileSync(
      join(dir, 'more', 'U5.xyz'),
      '3\ncharge=2 multiplicity=1\nU 0 0 0\nO 0 0 1.8\nO 0 0 -1.8\n',
    );
    writeFileSync(join(dir, 'more', 'notes.txt'), 'none');
    await oactSucceeds(['-C', 'c', 'import', '--xyz', 'more'], { cwd: dir });
    expect(rows('id, orig_index, name').at(-1)).toEqual([5, 5, 'U5']);
    const again = await oactSucceeds(['-C', 'c', 'import', '--csv', second, '--as-new'], { cwd: dir });
    expect(again.stdout).toMatch(/^1 imported, 3 already known, 0 bad/);
    expect(rows('orig_index').length).toBe(new Set(rows('orig_index').map(String)).size);
  });

  it('are refused in one campaign while another import is at work, and count every row once', async () => {
    const rowsOf = (from: number): string[] =>
      Array.from({ length: 300 }, (_, index) => row(`U${from + index}`, 1.6 + (from + index) / 10_000));
    await oactSucceeds(['init', 'c', '--csv', place('first.csv', head, row('first', 1.5))], { cwd: dir });
    const lock = holdImportLock(join(dir, 'c'));
    const file = place('more.csv', head, ...rowsOf(1));
    const busy = await oact('-C', 'c', 'import', '--csv', file);
    expect(busy).toMatchObject({ code: 1, stdout: '' });
    expect(busy.stderr).toMatch(/another import into \S+ is at work\n.*the same command then adds/);
    lock.release();
    const both = await Promise.all([1, 2].map(() => oact('-C', 'c', 'import', '--csv', file)));
    expect(both.map(({ code }) => code)).toContain(0);
    expect(rows('name')).toHaveLength(301);
  });

  it.each([
    ['--as-new and --update', ['--as-new', '--update'], /choose one/],
    ['--yes without --update', ['--yes'], /belong to --update/],
  ])('refuse %s', async (_what, flags, message) => {
    const refused = await oact('-C', 'c', 'import', '--csv', 'x.csv', ...flags);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
  });

  it.each([
    [
      'an unquoted pattern',
      ['init', 'c', '--xyz', 'a.xyz', 'b.xyz', 'd.xyz'],
      /the shell replaced it by 3 names: a\.xyz, b\.xyz, d\.xyz\n.*in quotes.*--xyz structures/,
    ],
    [
      'an unquoted pattern before the directory',
      ['init', '--xyz', 'a.xyz', 'b.xyz', 'c'],
      /'b\.xyz' does not belong to a flag|the shell replaced/,
    ],
    [
      'a file without its flag',
      ['init', 'c', 'wave.csv'],
      /'wave\.csv' does not belong to a flag\n.*--csv wave\.csv/,
    ],
    ['two tables', ['init', 'c', '--csv', 'a.csv', '--csv', 'b.csv'], /'a\.csv' is already given/],
    [
      'a directory without XYZ files',
      ['init', 'c', '--xyz', '.'],
      /the directory '\.' has no file \*\.xyz\n.*\*\*\/\*\.xyz/,
    ],
  ])('explain %s', async (_what, args, message) => {
    if (!args.includes('.'))
      for (const name of ['a.xyz', 'b.xyz', 'd.xyz']) place(name, '1', '0 2', 'H 0 0 0');
    const run = await oact(...args);
    expect(run.code).toBeGreaterThan(0);
    expect(run.stderr).toMatch(message);
    expect(existsSync(join(dir, 'c'))).toBe(false);
  });

  it('adopt NULL as the existing tools read it, and say for how many', async () => {
    const path = join(dir, 'workflow.db');
    const db = new Database(path);
    db.exec(upstreamTable);
    db.exec(`insert into structures (orig_index, status, charge, spin, geometry) values
      (0, 'to_run', null, 1, 'He 0 0 0'), (1, 'to_run', 0, null, 'He 0 0 0'), (2, 'completed', null, null, 'He 0 0 0'), (3, 'to_run', 0, 1, 'He 0 0 0')`);
    db.close();
    const words = '2 without a charge (computed with 0) and 2 without a multiplicity (computed with 1)';
    const { stdout } = await oactSucceeds(['init', 'c', '--database', path], { cwd: dir });
    expect(stdout).toContain(`${words}, as the existing tools do: records 1, 2, 3`);
    expect(readFileSync(join(dir, 'c', 'oact.yaml'), 'utf8')).not.toContain('jobDirPattern');
    expect((await oact('-C', 'c', 'doctor')).stdout).toContain(words);
    const dry = await oactSucceeds(['-C', 'c', 'enqueue', '--dry-run'], { cwd: dir });
    expect(dry.stderr.match(/without a charge/g)).toHaveLength(1);
    expect(dry.stderr).toContain('1 without a charge (computed with 0) and 1 without a multiplicity');
  });
});
