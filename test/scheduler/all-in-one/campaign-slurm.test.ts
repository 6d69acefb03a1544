import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { findVariable, readProcessTable } from '../../support/machine/process-table.ts';
import { oactSucceeds, standInPath } from '../../support/run-oact.ts';
import { hasSlurm, type Slurm, startSlurm } from '../../support/schedulers/slurm.ts';

/** Structures that differ a little, so that none is a duplicate. */
function renderTable(count: number): string {
  const rows = Array.from({ length: count }, (_, row) => {
    const distance = (1.7 + row / 2000).toFixed(4);
    return `U${row},2,1,"3\nU${row}\nU 0 0 0\nO 0 0 ${distance}\nO 0 0 -${distance}"`;
  });
  return ['name,charge,spin,aligned_csd_core', ...rows, ''].join('\n');
}

describe.skipIf(!hasSlurm() || !hasPrograms('redis-server', 'openssl'))('campaign.slurm on two nodes', () => {
  let slurm: Slurm;
  let home: CampaignDir;
  let dir: string;

  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 2 });
  });
  afterAll(() => slurm.stop());
  beforeEach(() => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
  });
  afterEach(async () => {
    await slurm.cancelJobs();
    home.remove();
  });

  const init = async (records: number): Promise<void> => {
    const table = join(home.dir, 'table.csv');
    writeFileSync(table, renderTable(records));
    await oactSucceeds(['init', dir, '--csv', table, '--multiplicity-column', 'spin']);
  };
  const submit = (seconds: string, options: string[], flags: string[]): Promise<string> =>
    slurm.submit(
      [
        ...options,
        'campaign.slurm',
        ...flags,
        '--slots',
        '2',
        '--cores-per-slot',
        '1',
        '--grace',
        '0',
        '--walltime-poll',
        '1',
      ],
      {
        cwd: dir,
        env: {
          OACT_ORCA_PATH: standInPath,
          OACT_STANDIN_SECONDS: seconds,
          OACT_SERVE_FLAGS: '--notice-seconds 3 --lease-seconds 4',
        },
      },
    );
  const select = (sql: string): Record<string, unknown>[] => {
    const db = new Database(join(dir, 'workflow.db'), { readonly: true });
    const rows = db.prepare<[], Record<string, unknown>>(sql).all();
    db.close();
    return rows;
  };
  const completed = (): number => select("select id from structures where status = 'completed'").length;
  const until = (records: number): Promise<void> =>
    expect.poll(completed, { timeout: 120_000, interval: 200 }).toBeGreaterThanOrEqual(records);
  const running = async (): Promise<string[]> =>
    (await slurm.run('squeue', '--noheader', '--states=RUNNING', '--format=%A')).split('\n').filter(Boolean);
  const nextAfter = async (jobId: string): Promise<string> => {
    await expect.poll(running, { timeout: 60_000 }).not.toContain(jobId);
    await expect.poll(running, { timeout: 60_000 }).toHaveLength(1);
    return (await running())[0] ?? '';
  };
  const log = (jobId: string): string => {
    const path = join(dir, `campaign-${jobId}.log`);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  /** The walltime is over in a moment: the consumers learn it from Slurm, and drain half a minute ahead. */
  const endSoon = (jobId: string): Promise<void> => slurm.moveEnd(jobId, new Date(Date.now() + 33_000));
  const everythingRanOnce = (records: number): void => {
    expect(completed()).toBe(records);
    expect(select('select record_id from oact_attempts where outcome is not null')).toHaveLength(records);
    expect(select("select record_id from oact_attempts where attempt > 1 or outcome <> 'completed'")).toEqual(
      [],
    );
    expect(select('select id from structures where fail_count > 0')).toEqual([]);
  };
  /** Of this campaign, outside of all allocations: a login node's. */
  const onLoginNode = (): number[] => {
    const table = readProcessTable();
    return [...table.values()]
      .filter(
        ({ pid, dir: cwd }) => cwd.startsWith(dir) && findVariable(pid, 'SLURM_JOB_ID', table) === undefined,
      )
      .map(({ pid }) => pid);
  };

  it('runs a chain of allocations, one killed with its first node, until all is done; nothing is lost or doubled', async () => {
    const records = 200;
    await init(records);
    const first = await submit('0.05', ['--time=20'], ['--chain=9']);
    await until(40);
    expect(onLoginNode()).toEqual([]);
    expect(log(first)).toContain('oact top -C');
    await endSoon(first);
    await slurm.becomes(first, 'COMPLETED', 90_000);
    expect(log(first)).toContain('left its queue to the next one');

    const second = await nextAfter(first);
    await until(completed() + 20);
    slurm.killNode('n1');
    await slurm.startNode('n1');
    // Requeued: Slurm lets it wait for two minutes.
    await slurm.becomes(second, 'PENDING');
    await slurm.run('scontrol', 'update', `jobid=${second}`, 'StartTime=now');
    await until(completed() + 20);
    // The next one was submitted once.
    const waiting = await slurm.run('squeue', '--noheader', '--states=PENDING', '--format=%A');
    expect(waiting.split('\n').filter(Boolean).length).toBeLessThanOrEqual(1);

    await until(records);
    await expect.poll(() => slurm.run('squeue', '--noheader'), { timeout: 60_000, interval: 500 }).toBe('');
    everythingRanOnce(records);
    const starts = readdirSync(dir)
      .filter((name) => /^campaign-\d+\.log$/.test(name))
      .flatMap((name) => readFileSync(join(dir, name), 'utf8').match(/Redis was started/g) ?? []);
    expect(starts.length).toBeGreaterThanOrEqual(3);
    expect(log(second)).toContain('with the queue that the last one handed over');
    expect(onLoginNode()).toEqual([]);
  }, 400_000);

  it('of two at once the second joins the queue of the first, and takes it over with all that runs', async () => {
    const records = 60;
    await init(records);
    const options = ['--nodes=1', '--time=20'];
    const first = await submit('0.5', options, []);
    await expect.poll(() => log(first), { timeout: 60_000 }).toContain('oact serve runs on');
    const second = await submit('0.5', options, []);
    await expect.poll(() => log(second), { timeout: 90_000 }).toContain('"job started"');
    expect(log(second)).not.toContain('Redis was started');
    await slurm.run('scancel', '--batch', '--signal=USR1', first);
    await slurm.becomes(first, 'COMPLETED', 90_000);
    expect(completed()).toBeLessThan(records);
    await slurm.becomes(second, 'COMPLETED', 120_000);
    expect(log(second)).toContain('Redis was started with the queue that the last one handed over');
    // Nothing that ran on the second was stopped by the move.
    expect(log(second)).not.toContain('lock lost');
    everythingRanOnce(records);
  }, 400_000);
});
