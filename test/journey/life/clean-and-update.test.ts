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
import { describe, expect, it } from 'vitest';
import { useRedis } from '../../support/use-redis.ts';
import { runOact } from '../../support/run-oact.ts';
import { aComputedCampaign, aSteeredCampaign, dirOf } from '../steer/a-steered-campaign.ts';

const redis = useRedis();

describe('oact clean', { timeout: 120_000 }, () => {
  it('removes scratch and basis files of completed records, and nothing else, when it is told to', async () => {
    const campaign = await aComputedCampaign(redis);
    const dir = await dirOf(campaign, 1);
    const outside = join(campaign.dir, 'outside');
    mkdirSync(join(outside, 'orca_tmp_x'), { recursive: true });
    writeFileSync(join(outside, 'orca_tmp_x', 'mine'), 'x');
    const before = readdirSync(dir);
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
    const kept = ['link.tmp', 'notes.based', 'orca.tmpx', 'orca_tmp_link', 'attempt-2', ...before].toSorted(
      (a, b) => (a < b ? -1 : 1),
    );

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
    expect(readdirSync(dir).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(kept);
    expect(readdirSync(join(dir, 'attempt-1'))).not.toContain('left.tmp');
    expect(existsSync(join(dir, 'attempt-2', 'orca.tmp'))).toBe(true);
    expect(readFileSync(join(outside, 'orca_tmp_x', 'mine'), 'utf8')).toBe('x');
    expect(await campaign.json('clean', '--yes')).toMatchObject({ bytes: 0, files: 0 });
  });

  it('leaves a record alone whose directory says otherwise, or lies elsewhere', async () => {
    const campaign = await aComputedCampaign(redis);
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
    expect(await campaign.oact('clean', 'x')).toMatchObject({ code: 1 });
  });
});

describe('oact update --from-disk', { timeout: 120_000 }, () => {
  it('asks before it writes what the directories say, and leaves alone what it may not write', async () => {
    const campaign = await aComputedCampaign(redis);
    const good = readFileSync(join(await dirOf(campaign, 1), 'orca.out'));
    const place = async (id: number, text: string | Buffer): Promise<void> => {
      const dir = join(campaign.dir, 'jobs', `job_${id}`);
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
