import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { parseComment } from '../../../producer/sources/parse-comment.ts';
import { readFrames } from '../../../producer/sources/read-frames.ts';
import { readXyz } from '../../../producer/sources/read-xyz.ts';
import { useRedis } from '../../support/use-redis.ts';
import { aComputedCampaign, dirOf, findUnrefused } from '../steer/a-steered-campaign.ts';

const redis = useRedis();

const positionsOf = (line: string): number[] => line.trim().split(/\s+/).slice(1, 4).map(Number);

describe('oact export', { timeout: 180_000 }, () => {
  it('writes rows as CSV and JSON lines, whole files only, and does not replace one unasked', async () => {
    const campaign = await aComputedCampaign(redis);
    const csv = await campaign.oact('export', '--format', 'csv');
    const [head, ...rows] = csv.stdout.trimEnd().split('\n');
    expect(head).toMatch(/^id,orig_index,elements,charge,multiplicity,status,final_energy_hartree,/);
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatch(/^1,1,.*,completed,-\d+\.\d+,/);

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
    const campaign = await aComputedCampaign(redis);
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
    const campaign = await aComputedCampaign(redis, '--optimizer', 'orca');
    const file = join(campaign.dir, 'opt.xyz');
    await campaign.json('export', '-o', file);
    const frames = [];
    for await (const frame of readFrames(file)) frames.push(frame);
    const dir = await dirOf(campaign, 1);
    const final = readFileSync(join(dir, 'orca.xyz'), 'utf8').trimEnd().split('\n').slice(2);
    for (const [index, line] of final.entries())
      for (const [axis, value] of positionsOf(line).entries())
        expect(positionsOf(frames[0]?.atomLines[index] ?? '')[axis]).toBeCloseTo(value, 6);
    expect(frames[0]?.comment).toContain('geometry_from=orca.xyz');
    rmSync(join(dir, 'orca.xyz'));
    writeFileSync(join(dir, 'orca_trj.xyz'), '3\ncut\nU 0 0');
    expect(await campaign.json('export', '-o', file, '--yes')).toMatchObject({
      written: 2,
      skipped: [
        { id: 1, reason: expect.stringContaining('the last geometry of its optimization is missing') },
      ],
    });
  });

  it('finds forces by the pattern when another tool made the directory relative, and names what has none', async () => {
    const campaign = await aComputedCampaign(redis);
    const db = new Database(join(campaign.dir, 'workflow.db'));
    // As --recompute-metrics of the existing dashboard writes it, called from elsewhere.
    db.exec(`update structures set job_dir = 'camp/jobs/job_' || id where id in (1, 2)`);
    db.exec(`update structures set final_energy = null where id = 3`);
    db.close();
    rmSync(join(campaign.dir, 'jobs', 'job_1', 'orca.engrad'));
    const file = join(campaign.dir, 'forces.xyz');
    expect(await campaign.json('export', '-o', file)).toMatchObject({
      written: 2,
      withForces: 1,
      lacking: [{ id: 1, reason: expect.stringContaining('there is no orca.engrad in /') }],
      skipped: [{ id: 3, reason: 'it has no energy; oact recover looks for it' }],
    });
    const { stderr } = await campaign.oact('export', '--format', 'csv');
    expect(stderr).toContain('record 3 written: completed without an energy');
  });

  it('refuses what it cannot mean', async () => {
    const unrefused = await findUnrefused(redis, 'export', [
      ['no format', [], 2, /the format is not clear/],
      ['an unknown format', ['--format', 'xml'], 2, /Allowed choices/],
      ['an unknown status', ['--format', 'csv', '--status', 'done'], 2, /'done' is not a status/],
      ['energies of failed ones', ['--format', 'extxyz', '--status', 'failed'], 2, /only completed records/],
      ['a report on the stream of the rows', ['--format', 'csv', '--json'], 2, /give --output/],
      ['a place that is not there', ['-o', '/nowhere/at/all.csv'], 1, /cannot be written: ENOENT/],
      ['nothing to export', ['--format', 'csv'], 3, /no record was exported/],
    ]);
    expect(unrefused).toEqual([]);
  });
});
