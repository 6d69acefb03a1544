import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useRedis } from '../../support/use-redis.ts';
import { aSteeredCampaign, findUnrefused } from './a-steered-campaign.ts';

const redis = useRedis();

const count = (json: Record<string, unknown>): unknown => json['database'];

describe.skipIf(process.platform !== 'linux')('oact cancel', { timeout: 180_000 }, () => {
  it('stops what runs on its node, takes what waits off the queue and out of the table, and requeue brings it back', async () => {
    const campaign = await aSteeredCampaign(redis);
    await campaign.json('enqueue', '--ids', '1-3', '--order', 'id');
    const consumer = campaign.consume(600);
    await expect.poll(() => campaign.orcasOf('c1-a1'), { timeout: 60_000 }).toBeGreaterThan(0);
    const jobDir = String((await campaign.show(1))['jobDir']);
    await expect.poll(() => existsSync(join(jobDir, 'orca.out.live')), { timeout: 60_000 }).toBe(true);

    const dry = await campaign.oact('cancel', '1-4', '--dry-run');
    expect(dry).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/queued or running\s+3\s+1 \(\w+\), 2 \(\w+\), 3 \(\w+\)$/m),
    });
    expect(dry.stdout).toMatch(/waits in the table\s+1\s+4 \(\w+\)$/m);
    const unasked = await campaign.oact('cancel', '1-4');
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing was cancelled') });
    expect(await campaign.show(4)).toMatchObject({ status: 'to_run' });

    const askedAtMs = Date.now();
    const report = await campaign.json(
      'cancel',
      '1',
      '2,4',
      '--reason',
      ' wrong\n charge ',
      '--yes',
      '--wait',
    );
    expect(Date.now() - askedAtMs).toBeLessThan(60_000);
    expect(report).toMatchObject({
      reason: 'wrong charge',
      records: [
        { id: 1, jobId: 'c1-a1', result: 'cancelled' },
        { id: 2, jobId: 'c2-a1', result: 'cancelled' },
        { id: 4, jobId: null, result: 'cancelled' },
      ],
    });
    expect(campaign.orcasOf('c1-a1')).toBe(0);
    for (const id of [1, 2, 4])
      expect(await campaign.show(id)).toMatchObject({
        status: 'failed',
        failCount: 0,
        errorMessage: 'cancelled: wrong charge',
        attempts: [{ class: 'cancelled' }],
      });
    // The files stay, and the consumer goes on with the next job.
    expect(existsSync(join(jobDir, 'orca.out'))).toBe(true);
    expect(readFileSync(join(jobDir, 'attempt-1', 'result.json'), 'utf8')).toContain('"cancelled"');
    await expect.poll(() => campaign.orcasOf('c3-a1'), { timeout: 60_000 }).toBeGreaterThan(0);
    expect(consumer.child.exitCode).toBeNull();

    expect(await campaign.json('requeue', '--class', 'cancelled', '--yes')).toMatchObject({
      records: [{ id: 1, result: 'requeued' }, { id: 2 }, { id: 4 }],
    });
    expect(await campaign.show(1)).toMatchObject({ status: 'to_run', errorMessage: null });
    expect(await campaign.json('cancel', '--all', '--yes', '--wait')).toMatchObject({ chosen: 24 });
    expect(count(await campaign.json('status'))).toMatchObject({ failed: 24, running: 0, to_run: 0 });
    expect(await campaign.oact('cancel', '--all', '--yes')).toMatchObject({ code: 3 });
    expect(await campaign.oact('enqueue')).toMatchObject({ code: 3 });
  });

  it('is noted while Redis is away, and done by the next reconcile', async () => {
    const campaign = await aSteeredCampaign(redis);
    await campaign.json('enqueue', '--ids', '1', '--order', 'id');
    const away = await campaign.withoutRedis('cancel', '1', '2', '--yes');
    expect(away).toMatchObject({ code: 1, stdout: expect.stringContaining('1 cancelled: 2') });
    expect(away.stdout).toContain('1 to be cancelled when Redis is back: 1');
    expect(away.stderr).toContain('The request is in the database');
    expect(await campaign.show(1)).toMatchObject({ status: 'running' });
    expect(await campaign.json('status')).toMatchObject({ toCancel: 1 });
    expect(await campaign.json('reconcile', '--once')).toMatchObject({ audit: { cancelled: 1, readded: 0 } });
    expect(await campaign.show(1)).toMatchObject({ status: 'failed', failCount: 0 });
  });

  it('refuses what it cannot mean', async () => {
    const unrefused = await findUnrefused(redis, 'cancel', [
      ['nothing that is chosen', [], 2, /no records are given/],
      ['ids beside --all', ['1', '--all'], 2, /contradict/],
      ['a word that is no name', ['seventeen'], 1, /no record with the id or name 'seventeen'/],
      ['a range that runs backwards', ['--ids', '5-1'], 2, /neither an id nor a range/],
      ['a status that is over', ['--status', 'completed'], 2, /'completed' cannot be cancelled/],
      ['a reason of nothing', ['1', '--reason', ' '], 2, /the reason is empty/],
      ['an unknown flag', ['1', '--force'], 2, /unknown option/],
      ['an unknown record', ['99', '--yes'], 3, /no selected record waits or runs/],
    ]);
    expect(unrefused).toEqual([]);
  });
});

describe('oact pause and resume', { timeout: 120_000 }, () => {
  it('hold back what waits, shown by status, while what runs goes on; resume wakes the consumer', async () => {
    const campaign = await aSteeredCampaign(redis);
    await campaign.json('enqueue', '--ids', '1-2', '--order', 'id');
    const paused = await campaign.json('pause', '--reason', 'maintenance');
    expect(paused).toMatchObject({ changed: true, paused: { reason: 'maintenance' }, redis: true });
    expect(await campaign.json('pause')).toMatchObject({ changed: false, paused: { reason: 'maintenance' } });
    expect((await campaign.oact('status')).stdout).toMatch(/^paused {4}since .*\(maintenance\)/m);

    const idle = campaign.consume(1, '--idle-timeout', '1s');
    expect((await idle.ended).code).toBe(0);
    expect(await campaign.json('status')).toMatchObject({ queue: { waiting: 2, active: 0 } });

    const consumer = campaign.consume(1);
    await expect.poll(() => consumer.output().stderr, { timeout: 60_000 }).toContain('consumer started');
    expect(await campaign.json('resume')).toMatchObject({ changed: true, paused: null });
    const finished = async (): Promise<unknown> => (await campaign.json('status'))['queue'];
    await expect.poll(finished, { timeout: 60_000 }).toMatchObject({ completed: 2 });
    expect(await campaign.oact('resume')).toMatchObject({
      code: 0,
      stdout: 'The campaign was not paused.\n',
    });
  });

  it('a pause while Redis is away holds as soon as somebody looks', async () => {
    const campaign = await aSteeredCampaign(redis);
    await campaign.json('enqueue', '--ids', '1', '--order', 'id');
    expect(await campaign.withoutRedis('pause')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The request is in the database'),
    });
    await campaign.json('reconcile', '--once');
    expect((await campaign.consume(1, '--idle-timeout', '1s').ended).code).toBe(0);
    expect(await campaign.json('status')).toMatchObject({ queue: { waiting: 1 } });
  });
});

describe('oact priority', { timeout: 120_000 }, () => {
  it('has a record run first, on the queue and in the table', async () => {
    const campaign = await aSteeredCampaign(redis);
    await campaign.json('enqueue', '--ids', '1-3', '--order', 'id');
    expect(await campaign.json('priority', '3', '9', '--front')).toMatchObject({
      level: 1,
      ids: [3, 9],
      moved: [3],
    });
    expect(await campaign.json('priority', '1', '--back', '--dry-run')).toMatchObject({
      dryRun: true,
      ids: [1],
    });
    await campaign.json('enqueue', '--batch-size', '1');
    const claimed = async (id: number): Promise<unknown> => (await campaign.show(id))['status'];
    expect(await claimed(9)).toBe('running');
    const consumer = campaign.consume(600);
    const jobDir = String((await campaign.show(9))['jobDir']);
    await expect.poll(() => existsSync(join(jobDir, 'orca.out.live')), { timeout: 60_000 }).toBe(true);
    expect(consumer.child.exitCode).toBeNull();
  });

  it('refuses what it cannot mean', async () => {
    const unrefused = await findUnrefused(redis, 'priority', [
      ['no record', ['--front'], 2, /no records are given/],
      ['no place', ['1'], 2, /exactly one position/],
      ['two places', ['1', '--front', '--level', '3'], 2, /exactly one position/],
      ['a level that is none', ['1', '--level', 'high'], 2, /whole number/],
      ['records that do not wait', ['99', '--front'], 3, /no selected record waits or runs/],
    ]);
    expect(unrefused).toEqual([]);
  });
});
