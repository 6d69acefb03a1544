import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { exampleCsv, oactSucceeds, standInPath, startOact } from '../../support/run-oact.ts';
import { hasSlurm, type Slurm, startSlurm } from '../../support/schedulers/slurm.ts';

/** Of the table, as far as the test looks at it. */
interface Row {
  id: number;
  entry: string | null;
  allocation_id: string | null;
  state: string;
  started_at: string | null;
  ended_at: string | null;
  verdict: string | null;
  words: string | null;
}

const quick =
  'interval: 1s, walltime: 5m, idleTimeout: 3s, consumeFlags: [--slots, "2", --cores-per-slot, "1"]';

describe.skipIf(!hasSlurm() || !hasPrograms('redis-server'))('allocations by demand on real Slurm', () => {
  let slurm: Slurm;
  const homes: { remove(): void }[] = [];
  const servers: { kill(signal: NodeJS.Signals): void; ended: Promise<unknown> }[] = [];
  const dirs: string[] = [];

  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 3, cpus: 2 });
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.kill('SIGTERM');
      await server.ended;
    }
    await slurm.cancelJobs();
    for (const dir of dirs.splice(0)) await oactSucceeds(['redis', 'stop'], { cwd: dir });
    for (const home of homes.splice(0)) home.remove();
  });
  afterAll(() => slurm.stop());

  /** A campaign of so many records, and what it may submit. */
  async function makeCampaign(records: number, allocations: string) {
    const home = makeCampaignDir();
    homes.push(home);
    const dir = join(home.dir, 'campaign');
    writeFileSync(join(home.dir, 'table.csv'), manyStructures(records));
    await oactSucceeds(['init', dir, '--csv', join(home.dir, 'table.csv'), '--multiplicity-column', 'spin']);
    appendFileSync(join(dir, 'oact.yaml'), `\nallocations: ${allocations}\n`);
    await oactSucceeds(['redis', 'start'], { cwd: dir });
    dirs.push(dir);
    const env = { ...slurm.env, OACT_ORCA_PATH: standInPath, OACT_STANDIN_SECONDS: '0.2' };
    const select = <Shape>(sql: string): Shape[] => {
      const db = new Database(join(dir, 'workflow.db'), { readonly: true });
      try {
        return db.prepare<[], Shape>(sql).all();
      } finally {
        db.close();
      }
    };
    return {
      dir,
      serve(more: Record<string, string> = {}, flags: string[] = []) {
        const { child, ended } = startOact(['serve', ...flags], { cwd: dir, env: { ...env, ...more } });
        const server = { kill: (signal: NodeJS.Signals) => void child.kill(signal), ended };
        servers.push(server);
        return server;
      },
      oact: async (...args: string[]) => (await oactSucceeds(args, { cwd: dir, env })).stdout,
      rows: () => select<Row>('select * from oact_allocations order by id'),
      entries: () =>
        select<{ name: string; paused_reason: string | null; refusals: number }>(
          'select * from oact_allocation_entries',
        ),
      completed: () =>
        select<{ count: number }>(`select count(*) as count from structures where status = 'completed'`)[0]
          ?.count ?? 0,
      attempts: () => select<{ allocation_id: string; attempt: number }>('select * from oact_attempts'),
    };
  }

  it('takes 200 jobs from an empty cluster to done, with two serves of which one is killed', async () => {
    const campaign = await makeCampaign(
      200,
      `{scheduler: slurm, maxNodes: 3, maxPending: 1, within: 10s, minWorkPerNode: 1s, slotsPerNode: 2, ${quick}}`,
    );
    const first = campaign.serve({}, ['--lease-seconds', '3']);
    await expect.poll(() => campaign.rows().length, { timeout: 30_000 }).toBeGreaterThan(0);
    campaign.serve({}, ['--lease-seconds', '3']);
    await expect.poll(campaign.completed, { timeout: 60_000 }).toBeGreaterThan(20);
    first.kill('SIGKILL');
    await expect.poll(campaign.completed, { timeout: 120_000, interval: 200 }).toBe(200);
    await expect
      .poll(() => campaign.rows().filter(({ state }) => state !== 'ended'), { timeout: 40_000 })
      .toEqual([]);

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

/** The example's structures again and again, each a little larger than the one before, so that none is a duplicate. */
function manyStructures(count: number): string {
  const [head = '', ...lines] = readFileSync(exampleCsv, 'utf8').split(/\n(?=\w+,\w*,[A-Z][a-z]?,)/);
  return [
    head,
    ...Array.from({ length: count }, (_, index) => {
      const text = (lines[index % lines.length] ?? '').trimEnd();
      const round = Math.floor(index / lines.length);
      return text
        .replace(/\d+\.\d{6}/, (number) => (Number(number) + 0.001 * round).toFixed(6))
        .replace(/^\w+/, `$&_${round}`);
    }),
  ].join('\n');
}
