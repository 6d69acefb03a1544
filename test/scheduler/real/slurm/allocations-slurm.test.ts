import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseResult } from '../../../../core/job/result.ts';
import { hasPrograms } from '../../../support/has-programs.ts';
import { oactSucceeds, standInPath } from '../../../support/run-oact.ts';
import { type DemandCampaign, startDemandCampaign } from '../demand-campaign.ts';
import { hasSlurm, type Slurm, startSlurm } from '../../../support/schedulers/slurm.ts';

const quick =
  'interval: 1s, walltime: 5m, idleTimeout: 3s, consumeFlags: [--slots, "2", --cores-per-slot, "1"]';

/** Two lanes have one width: emulated nodes may use no more cores than this machine has, which may be two. */
const lanes = `
lanes:
  tiny: { cores: 1, maxAtoms: 5 }
  small: { cores: 1, maxAtoms: 9 }
  wide: { cores: 2 }
`;

describe.skipIf(!hasSlurm() || !hasPrograms('redis-server'))('allocations by demand on real Slurm', () => {
  let slurm: Slurm;
  const campaigns: DemandCampaign[] = [];

  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 3, cpus: 2 });
  });
  afterEach(async () => {
    for (const campaign of campaigns) await campaign.stopServers();
    await slurm.cancelJobs();
    for (const campaign of campaigns.splice(0)) await campaign.stop();
  });
  afterAll(() => slurm.stop());

  const makeCampaign = (
    records: number,
    allocations: string,
    options: { startsRedis?: boolean } = {},
  ): Promise<DemandCampaign> =>
    startDemandCampaign(slurm.env, records, allocations, options).then((campaign) => {
      campaigns.push(campaign);
      return campaign;
    });

  it('takes 200 jobs of three lanes from an empty cluster to done, with two serves of which one is killed', async () => {
    const campaign = await makeCampaign(
      200,
      '{scheduler: slurm, maxNodes: 3, maxPending: 1, within: 10s, minWorkPerNode: 1s, slotsPerNode: 2, ' +
        'interval: 1s, walltime: 5m, idleTimeout: 3s}',
    );
    appendFileSync(join(campaign.dir, 'oact.yaml'), lanes);
    const first = campaign.serve({}, ['--lease-seconds', '3']);
    await expect.poll(() => campaign.rows().length, { timeout: 30_000 }).toBeGreaterThan(0);
    campaign.serve({}, ['--lease-seconds', '3']);
    await expect.poll(campaign.completed, { timeout: 60_000 }).toBeGreaterThan(20);
    first.kill('SIGKILL');
    await expect.poll(campaign.completed, { timeout: 120_000, interval: 200 }).toBe(200);
    await expect
      .poll(() => campaign.rows().filter(({ state }) => state !== 'ended'), { timeout: 40_000 })
      .toEqual([]);

    const widths = readdirSync(campaign.dir, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('attempt-1/result.json'))
      .map((name) => parseResult(JSON.parse(readFileSync(join(campaign.dir, name), 'utf8')), name))
      .map(({ ranOn }) => ranOn.cores.length);
    expect(widths.filter((width) => width === 2).length).toBe(campaign.largerThan(9));
    expect(widths.filter((width) => width === 1).length).toBe(200 - campaign.largerThan(9));
    const rows = campaign.rows();
    expect(rows.length).toBeGreaterThan(1);
    // Slurm knows each of them once, and none that the database does not know.
    const inSlurm = (await slurm.run('squeue', '--noheader', '--states=all', '--format=%A')).split('\n');
    expect(new Set(inSlurm)).toEqual(new Set(rows.map(({ allocation_id: id }) => id)));
    expect(inSlurm.length).toBe(rows.length);
    expect(rows.map(({ verdict }) => verdict)).toEqual(rows.map(() => null));
    expect(new Set(campaign.attempts().map(({ attempt }) => attempt))).toEqual(new Set([1]));
    // They overlap, and never hold more than three nodes.
    const moments = rows.flatMap(({ started_at: start, ended_at: end }) => [
      [start ?? '', 1] as const,
      [end ?? '', -1] as const,
    ]);
    let held = 0;
    let most = 0;
    for (const [, change] of moments.toSorted(([a, x], [b, y]) => (a === b ? x - y : a < b ? -1 : 1))) {
      held += change;
      most = Math.max(most, held);
    }
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(3);
    const listed = JSON.parse(await campaign.oact('alloc', 'list', '--json'));
    expect(
      listed.map(({ attempts }: { attempts: number }) => attempts).reduce((a: number, b: number) => a + b),
    ).toBe(200);
    expect(await campaign.oact('alloc', 'explain')).toContain('No job waits.');
  }, 240_000);

  it('finds what it submitted when it was killed before it could write down the id', async () => {
    const campaign = await makeCampaign(4, `{scheduler: slurm, slotsPerNode: 2, ${quick}}`);
    // Takes the place of sbatch on PATH: submits, and kills who asked for it before it can answer.
    const bin = join(campaign.dir, 'bin');
    mkdirSync(bin);
    const killer = `#!/bin/bash\n/usr/bin/env -S PATH=/usr/bin:/bin sbatch "$@" > /dev/null && kill -9 $PPID\n`;
    writeFileSync(join(bin, 'sbatch'), killer, { mode: 0o755 });
    const killed = campaign.serve({ PATH: `${bin}:${process.env['PATH'] ?? ''}` }, ['--lease-seconds', '2']);
    await killed.ended;
    expect(campaign.rows().map(({ state, allocation_id: id }) => [state, id])).toEqual([
      ['submitting', null],
    ]);
    campaign.serve({}, ['--lease-seconds', '2']);
    await expect.poll(campaign.completed, { timeout: 60_000 }).toBe(4);
    const inSlurm = await slurm.run(
      'squeue',
      '--noheader',
      '--states=all',
      `--name=oact-${campaign.id}-1`,
      '--format=%A',
    );
    expect(campaign.rows().map(({ allocation_id: id }) => id)).toEqual([inSlurm]);
  }, 120_000);

  it('needs nothing but a server with a Redis of its own', async () => {
    const campaign = await makeCampaign(4, `{scheduler: slurm, slotsPerNode: 2, ${quick}}`, {
      startsRedis: false,
    });
    campaign.serve({}, ['--with-redis', '--reserve-cores', '0']);
    await expect.poll(campaign.completed, { timeout: 60_000 }).toBe(4);
    await expect
      .poll(() => campaign.rows().map(({ state, words }) => `${state} ${words}`), { timeout: 30_000 })
      .toEqual(['ended COMPLETED']);
  }, 120_000);

  it('pauses an entry that the scheduler refuses three times, and says with its words why', async () => {
    const campaign = await makeCampaign(4, `{scheduler: slurm, queue: nowhere, ${quick}}`);
    campaign.serve();
    await expect
      .poll(() => campaign.entries()[0]?.paused_reason, { timeout: 40_000 })
      .toMatch(/refused 3 submissions in a row: .*[Ii]nvalid partition/);
    expect(campaign.rows()).toEqual([]);
    expect(await campaign.oact('alloc', 'explain')).toMatch(
      /paused: .*nvalid partition.*oact alloc resume nowhere/,
    );
    expect(await campaign.oact('alloc', 'resume')).toContain('Resumed: nowhere');
  }, 90_000);

  it('pauses an entry whose allocations end at once, and calls the hook', async () => {
    const campaign = await makeCampaign(4, `{scheduler: slurm, ${quick}}`);
    const told = join(campaign.dir, 'told.json');
    appendFileSync(
      join(campaign.dir, 'oact.yaml'),
      `hooks: {allocationsPaused: {command: [bash, -c, 'cat > ${told}']}}\n`,
    );
    campaign.serve({ OACT_ORCA_PATH: '/nowhere/orca' }, ['--hook-interval', '1']);
    await expect
      .poll(() => campaign.entries()[0]?.paused_reason, { timeout: 60_000 })
      .toMatch(/3 allocations in a row were of no use/);
    expect(campaign.rows().length).toBe(3);
    await expect
      .poll(() => JSON.parse(readFileSync(told, 'utf8')).event, { timeout: 20_000 })
      .toBe('allocationsPaused');
    expect(campaign.completed()).toBe(0);
  }, 120_000);

  it('waits for a partition that is down without asking again, and cancels when the work is gone', async () => {
    const campaign = await makeCampaign(4, `{scheduler: slurm, ${quick}}`);
    await slurm.run('scontrol', 'update', 'PartitionName=main', 'State=DOWN');
    try {
      campaign.serve();
      await expect.poll(() => campaign.rows()[0]?.words, { timeout: 30_000 }).toContain('PartitionDown');
      expect(await campaign.oact('alloc', 'explain')).toContain(
        'its limit of 1 pending allocation is reached',
      );
      await campaign.oact('cancel', '--all', '--yes');
      await expect.poll(() => campaign.rows()[0]?.state, { timeout: 30_000 }).toBe('ended');
      expect(campaign.rows().length).toBe(1);
    } finally {
      await slurm.run('scontrol', 'update', 'PartitionName=main', 'State=UP');
    }
  }, 90_000);

  it('counts an allocation that was submitted by hand, and submits none beside it', async () => {
    const campaign = await makeCampaign(6, `{scheduler: slurm, slotsPerNode: 2, ${quick}}`);
    // Otherwise the guess for a job is ten minutes, and five minutes of two slots are not enough.
    appendFileSync(join(campaign.dir, 'oact.yaml'), 'job: {timeRequest: 1s}\n');
    await oactSucceeds(['alloc', 'pause'], { cwd: campaign.dir });
    const id = await slurm.submit(
      ['--nodes=1', '--time=5', 'consumer.slurm', '--slots', '2', '--cores-per-slot', '1'],
      {
        cwd: campaign.dir,
        env: { OACT_ORCA_PATH: standInPath, OACT_STANDIN_SECONDS: '0.2' },
      },
    );
    expect(await campaign.oact('alloc', 'list')).toMatch(new RegExp(`${id} +by hand`));
    await oactSucceeds(['alloc', 'resume'], { cwd: campaign.dir });
    campaign.serve();
    await expect.poll(campaign.completed, { timeout: 60_000 }).toBe(6);
    expect(campaign.rows().map(({ allocation_id: known }) => known)).toEqual([id]);
    await expect
      .poll(() => campaign.oact('status'), { timeout: 20_000 })
      .toMatch(/nodes +1 running on 1 node, the first ends in/);
    expect(await campaign.oact('report')).toMatch(
      new RegExp(`${id} +\\| by hand +\\| running +\\| +1 +\\| +6 `),
    );
    expect(await campaign.oact('alloc', 'cancel', id, '--yes')).toContain('Cancelled: 1 of 1');
    await expect.poll(() => campaign.rows()[0]?.state, { timeout: 30_000 }).toBe('ended');
  }, 120_000);

  it('asks for cores of a shared node, and each allocation ends after its jobs', async () => {
    const flags = '[--slots, "1", --cores-per-slot, "1", --jobs, "3"]';
    const campaign = await makeCampaign(
      6,
      `{scheduler: slurm, cores: 1, maxNodes: 2, maxPending: 2, interval: 1s, walltime: 5m, consumeFlags: ${flags}}`,
    );
    campaign.serve();
    await expect.poll(campaign.completed, { timeout: 90_000 }).toBe(6);
    await expect
      .poll(() => campaign.rows().map(({ state, words }) => `${state} ${words}`), { timeout: 30_000 })
      .toEqual(['ended COMPLETED', 'ended COMPLETED']);
    const ids = campaign.rows().map(({ allocation_id: id }) => id ?? '');
    const byAllocation = ids.map(
      (id) => campaign.attempts().filter((one) => one.allocation_id === id).length,
    );
    expect(byAllocation).toEqual([3, 3]);
    const cores = await slurm.run(
      'squeue',
      '--noheader',
      '--states=all',
      `--jobs=${ids.join(',')}`,
      '--format=%C %h',
    );
    expect(cores.split('\n').map((line) => line.trim())).toEqual(['1 OK', '1 OK']);
  }, 180_000);
});
