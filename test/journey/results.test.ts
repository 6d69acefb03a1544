import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseComment } from '../../producer/import/parse-comment.ts';
import { readFrames } from '../../producer/import/read-frames.ts';
import { readXyz } from '../../producer/import/read-xyz.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { runOact } from '../support/run-oact.ts';
import { aSteeredCampaign, expectRefusals, type SteeredCampaign } from './a-steered-campaign.ts';

let redis: TestRedis;
beforeAll(async () => void (redis = await startTestRedis()));
afterAll(() => redis.stop());

/** Three records are computed, all others wait. */
async function aComputedCampaign(...flags: string[]): Promise<SteeredCampaign> {
  const campaign = await aSteeredCampaign(redis);
  await campaign.json('enqueue', '--ids', '1-3', '--order', 'id', ...flags);
  expect((await campaign.consume(0.1, '--idle-timeout', '1s').ended).code).toBe(0);
  await campaign.json('reconcile', '--once');
  return campaign;
}
const dirOf = async (campaign: SteeredCampaign, id: number): Promise<string> =>
  String((await campaign.show(id))['jobDir']);

describe('oact export', { timeout: 180_000 }, () => {
  it('writes rows as CSV and JSON lines, whole files only, and does not replace one unasked', async () => {
    const campaign = await aComputedCampaign();
    const csv = await campaign.oact('export', '--format', 'csv');
    const [head, ...rows] = csv.stdout.trimEnd().split('\n');
    expect(head).toMatch(/^id,orig_index,elements,charge,multiplicity,status,final_energy_hartree,/);
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatch(/^1,0,.*,completed,-\d+\.\d+,/);

    const file = join(campaign.dir, 'all.jsonl');
    const args = ['export', '-o', file, '--status', 'all'];
    expect(await campaign.json(...args)).toMatchObject({ format: 'jsonl', written: 24, skipped: [] });
    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ id: 1, status: 'completed', warnings: [], program: expect.any(String) });
    expect(lines[23]).toMatchObject({ id: 24, status: 'to_run', finalEnergyHartree: null, attempt: null });
    expect(await campaign.oact(...args)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('exists'),
    });
    expect(await campaign.json(...args, '5', '--yes')).toMatchObject({ written: 1 });
    expect(readdirSync(campaign.dir).filter((name) => name.includes('tmp'))).toEqual([]);
    const none = await campaign.oact('export', '-o', join(campaign.dir, 'no.csv'), '--status', 'timeout');
    expect(none).toMatchObject({ code: 3, stderr: expect.stringContaining('no record was exported') });
    expect(existsSync(join(campaign.dir, 'no.csv'))).toBe(false);
  });

  it('writes frames that our own import reads back: same atoms, energy in eV, forces of the same geometry in eV/Å', async () => {
    const campaign = await aComputedCampaign();
    // The forces of another geometry are not those of this one.
    const spoilt = join(await dirOf(campaign, 2), 'orca.engrad');
    const text = readFileSync(spoilt, 'utf8').trimEnd().split('\n');
    text[text.length - 1] = (text.at(-1) ?? '').replace(/\S+$/, '9.9');
    writeFileSync(spoilt, `${text.join('\n')}\n`);

    const file = join(campaign.dir, 'training.xyz');
    expect(await campaign.json('export', '-o', file)).toMatchObject({
      written: 3,
      withForces: 2,
      skipped: [],
    });
    const imported = [];
    for await (const row of readXyz([file]).rows()) imported.push(row);
    const rows = (await campaign.oact('export', '--format', 'jsonl')).stdout.trimEnd().split('\n');
    expect(imported).toHaveLength(3);
    for (const [index, line] of rows.entries()) {
      const row = JSON.parse(line);
      expect(imported[index]).toMatchObject({
        kind: 'row',
        charge: row.charge,
        multiplicity: row.multiplicity,
      });
    }

    const frames = [];
    for await (const frame of readFrames(file)) frames.push(frame);
    for (const [index, frame] of frames.entries()) {
      const row = JSON.parse(rows[index] ?? '');
      const energy = Number(/ energy=(\S+)/.exec(frame.comment)?.[1]);
      expect(energy).toBeCloseTo(row.finalEnergyHartree * 27.211386245988, 6);
      expect(frame.comment).toContain('energy_unit=eV length_unit=angstrom');
      const hasForces = index !== 1;
      expect(parseComment(frame.comment).properties).toBe(
        hasForces ? 'species:S:1:pos:R:3:forces:R:3' : 'species:S:1:pos:R:3',
      );
      if (!hasForces) continue;
      expect(frame.comment).toContain('forces_unit=eV/angstrom');
      expect(frame.comment).toContain('forces_from=orca.engrad');
      const engrad = readFileSync(join(row.jobDir, 'orca.engrad'), 'utf8')
        .split('\n')
        .filter((one) => one.trim() !== '' && !one.startsWith('#'));
      const gradient = engrad.slice(2, 2 + 3 * frame.atomLines.length).map(Number);
      const forces = frame.atomLines.flatMap((one) => one.trim().split(/\s+/).slice(4).map(Number));
      expect(forces).toHaveLength(gradient.length);
      for (const [place, force] of forces.entries())
        expect(force).toBeCloseTo(-(gradient[place] ?? NaN) * 51.42206747, 5);
    }
    const strict = ['export', '-o', join(campaign.dir, 'strict.xyz'), '--require-forces'];
    expect(await campaign.json(...strict)).toMatchObject({ written: 2, skipped: [{ id: 2 }] });
  });

  it('of an optimization writes the last geometry, and leaves it out when that is not there', async () => {
    const campaign = await aComputedCampaign('--optimizer', 'orca');
    const file = join(campaign.dir, 'opt.xyz');
    await campaign.json('export', '-o', file);
    const frames = [];
    for await (const frame of readFrames(file)) frames.push(frame);
    const dir = await dirOf(campaign, 1);
    const final = readFileSync(join(dir, 'orca.xyz'), 'utf8').trimEnd().split('\n').slice(2);
    const positionsOf = (line: string): number[] => line.trim().split(/\s+/).slice(1, 4).map(Number);
    for (const [index, line] of final.entries())
      for (const [axis, value] of positionsOf(line).entries())
        expect(positionsOf(frames[0]?.atomLines[index] ?? '')[axis]).toBeCloseTo(value, 6);
    expect(frames[0]?.comment).toContain('geometry_from=orca.xyz');
    rmSync(join(dir, 'orca.xyz'));
    writeFileSync(join(dir, 'orca_trj.xyz'), '3\ncut\nU 0 0');
    expect(await campaign.json('export', '-o', file, '--yes')).toMatchObject({
      written: 2,
      skipped: [{ id: 1, reason: expect.stringContaining('last geometry is not there') }],
    });
  });

  it('refuses what it cannot mean', () =>
    expectRefusals(redis, 'export', [
      ['no format', [], 2, /say in which format/],
      ['an unknown format', ['--format', 'xml'], 2, /Allowed choices/],
      ['an unknown status', ['--format', 'csv', '--status', 'done'], 2, /'done' is no status/],
      ['energies of failed ones', ['--format', 'extxyz', '--status', 'failed'], 2, /only completed records/],
      ['a report on the stream of the rows', ['--format', 'csv', '--json'], 2, /give --output/],
      ['a place that is not there', ['-o', '/nowhere/at/all.csv'], 1, /cannot be written: ENOENT/],
      ['nothing to export', ['--format', 'csv'], 3, /no record was exported/],
    ]));
});

describe('oact clean', { timeout: 120_000 }, () => {
  it('removes scratch and basis files of completed records, and nothing else, when it is told to', async () => {
    const campaign = await aComputedCampaign();
    const dir = await dirOf(campaign, 1);
    const outside = join(campaign.dir, 'outside');
    mkdirSync(join(outside, 'orca_tmp_x'), { recursive: true });
    writeFileSync(join(outside, 'orca_tmp_x', 'mine'), 'x');
    const before = readdirSync(dir).toSorted();
    for (const name of ['orca.tmp', 'orca.ges.tmp.12', 'core', 'core.77', 'x.core', 'orca.bas0', 'orca.bas'])
      writeFileSync(join(dir, name), '12345');
    mkdirSync(join(dir, 'orca_tmp_ab1'));
    writeFileSync(join(dir, 'orca_tmp_ab1', 'deep'), '12345');
    symlinkSync(join(outside, 'orca_tmp_x'), join(dir, 'orca_tmp_link'));
    symlinkSync(join(outside, 'orca_tmp_x', 'mine'), join(dir, 'link.tmp'));
    // Stays: names that only look like it, and later attempts, which may run.
    for (const name of ['orca.tmpx', 'notes.based']) writeFileSync(join(dir, name), '1');
    mkdirSync(join(dir, 'attempt-2'));
    writeFileSync(join(dir, 'attempt-2', 'orca.tmp'), '1');
    writeFileSync(join(dir, 'attempt-1', 'left.tmp'), '12345');
    const kept = ['link.tmp', 'notes.based', 'orca.tmpx', 'orca_tmp_link', 'attempt-2', ...before].toSorted();

    const dry = await campaign.json('clean');
    expect(dry).toMatchObject({ dryRun: true, bytes: 45, files: 9, chosen: 3 });
    expect(readdirSync(dir)).toContain('orca.tmp');
    expect(await campaign.json('clean', '--keep-basis')).toMatchObject({ files: 7 });
    expect(await campaign.json('clean', '--yes', '--dry-run')).toMatchObject({ dryRun: true });
    const done = await campaign.oact('clean', '--yes');
    expect(done).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('45 B in 9 files of 1 completed'),
    });
    expect(readdirSync(dir).toSorted()).toEqual(kept);
    expect(readdirSync(join(dir, 'attempt-1'))).not.toContain('left.tmp');
    expect(existsSync(join(dir, 'attempt-2', 'orca.tmp'))).toBe(true);
    expect(readFileSync(join(outside, 'orca_tmp_x', 'mine'), 'utf8')).toBe('x');
    expect(await campaign.json('clean', '--yes')).toMatchObject({ bytes: 0, files: 0 });
  });

  it('leaves a record alone whose directory says otherwise, or lies elsewhere', async () => {
    const campaign = await aComputedCampaign();
    for (const id of [1, 2]) writeFileSync(join(await dirOf(campaign, id), 'orca.tmp'), '12345');
    const dir = await dirOf(campaign, 1);
    const result = join(dir, 'attempt-1', 'result.json');
    rmSync(result);
    writeFileSync(join(dir, 'orca.out'), 'O   R   C   A\n');
    const elsewhere = join(campaign.dir, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'orca.tmp'), '12345');
    const third = await dirOf(campaign, 3);
    rmSync(third, { recursive: true });
    symlinkSync(elsewhere, third);
    expect(await campaign.json('clean', '--yes')).toMatchObject({
      files: 1,
      records: [
        { id: 1, result: 'unconfirmed' },
        { id: 2, result: 'cleaned' },
        { id: 3, result: 'outside' },
      ],
    });
    expect(existsSync(join(dir, 'orca.tmp'))).toBe(true);
    expect(existsSync(join(elsewhere, 'orca.tmp'))).toBe(true);
    expect(await campaign.oact('clean', '99')).toMatchObject({ code: 3 });
    expect(await campaign.oact('clean', 'x')).toMatchObject({ code: 2 });
  });
});

describe('oact update --from-disk', { timeout: 120_000 }, () => {
  it('asks before it writes what the directories say, and leaves alone what it may not write', async () => {
    const campaign = await aComputedCampaign();
    const good = readFileSync(join(await dirOf(campaign, 1), 'orca.out'));
    const place = async (id: number, text: string | Buffer): Promise<void> => {
      const dir = join(campaign.dir, 'jobs', `job_${id - 1}`);
      mkdirSync(dir, { recursive: true });
      writeFileSync(join(dir, 'orca.out'), text);
    };
    await place(4, good);
    await place(5, good.subarray(0, 2000));
    expect(await campaign.oact('update')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--from-disk/),
    });
    const dry = await campaign.json('update', '--from-disk', '--dry-run');
    expect(dry).toMatchObject({
      dryRun: true,
      records: [{ recordId: 4, kind: 'adopted_run', outcome: 'completed' }],
    });
    expect(await campaign.oact('update', '--from-disk')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nothing was written'),
    });
    expect(await campaign.show(4)).toMatchObject({ status: 'to_run' });
    expect(await campaign.json('update', '--from-disk', '--yes')).toMatchObject({ dryRun: false });
    expect(await campaign.show(4)).toMatchObject({
      status: 'completed',
      finalEnergyHartree: expect.any(Number),
    });
    expect(await campaign.show(5)).toMatchObject({ status: 'to_run' });
    expect(await campaign.oact('update', '--from-disk', '--yes')).toMatchObject({ code: 3 });

    // A cancelled record keeps its ending, unless a newer run ended well.
    await campaign.json('cancel', '6', '--yes');
    await place(6, good);
    expect(await campaign.json('update', '--from-disk', '--yes')).toMatchObject({
      records: [{ recordId: 6 }],
    });
    expect(await campaign.show(6)).toMatchObject({ status: 'completed', errorMessage: null });

    // A completed one whose output says otherwise is named, and stays.
    rmSync(join(await dirOf(campaign, 4), 'orca.out'));
    await place(
      4,
      `${good.toString('latin1', 0, 2000)}\nORCA finished by error termination in SCF\naborting the run\n`,
    );
    const checked = await campaign.oact('update', '--from-disk', '--recheck-completed', '--verbose', '--yes');
    expect(checked).toMatchObject({ code: 3, stdout: expect.stringContaining('the table says completed') });
    expect(await campaign.show(4)).toMatchObject({ status: 'completed' });
  });
});

describe('oact enqueue --watch', { timeout: 120_000 }, () => {
  it('keeps the queue filled to its high-water mark until it is stopped', async () => {
    const campaign = await aSteeredCampaign(redis);
    const watch = campaign.start('enqueue', '--watch', '--high-water', '4', '--order', 'id', '--json');
    const waiting = async (): Promise<unknown> => (await campaign.json('status'))['queue'];
    await expect.poll(waiting, { timeout: 60_000 }).toMatchObject({ waiting: 4 });
    await campaign.json('cancel', '1-3', '--yes');
    await expect.poll(waiting, { timeout: 60_000 }).toMatchObject({ waiting: 4 });
    watch.child.kill('SIGINT');
    const { code, stdout } = await watch.ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ queued: 7, refused: 0, stopped: null });
    expect((await campaign.json('status'))['database']).toMatchObject({ running: 4, to_run: 17, failed: 3 });
    expect(await campaign.oact('enqueue', '--watch', '--dry-run')).toMatchObject({ code: 2 });
    expect(await runOact(['enqueue', '--watch', '-C', join(campaign.dir, 'none')])).toMatchObject({
      code: 1,
    });
  });
});
