import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdRunLock } from '../../../cli/campaign/hold-run-lock.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { useRedis } from '../../support/use-redis.ts';
import { exampleCsv, oactSucceeds, runOact, standInPath } from '../../support/run-oact.ts';
import { upstreamTable } from '../../workflow/sample-workflow.ts';

interface Row {
  id: number;
  status: string;
  final_energy: number | null;
  error_message: string | null;
  fail_count: number;
  job_dir: string | null;
}

describe('oact recover', () => {
  let home: CampaignDir;
  const redis = useRedis();
  let env: Record<string, string>;
  let dir: string;
  let finished: Row[];
  const databaseOf = (name: string): string => join(dir, name);
  const rows = (path = databaseOf('workflow.db')): Row[] => {
    const db = new Database(path, { readonly: true });
    const all = db
      .prepare<[], Row>(
        'select id, status, final_energy, error_message, fail_count, job_dir from structures order by id',
      )
      .all();
    db.close();
    return all;
  };
  const recover = (...args: string[]) => runOact(['recover', '-C', dir, ...args], { env });
  const flush = async (): Promise<void> => {
    const client = new Redis(env['OACT_REDIS_URL'] ?? '');
    await client.flushall();
    client.disconnect();
  };

  beforeAll(async () => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    env = {
      OACT_REDIS_URL: fullRedisUrl(redis.address),
      OACT_STANDIN_SECONDS: '0.05',
      OACT_ORCA_PATH: standInPath,
    };
    await oactSucceeds(['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin'], { env });
  }, 60_000);
  afterAll(async () => {
    home.remove();
  });

  it('waits for nobody: while a command with a queue of its own is at work, it refuses', async () => {
    const lock = holdRunLock(dir, 'run');
    const { code, stderr } = await recover();
    lock.release();
    expect(code).toBe(1);
    expect(stderr).toContain('oact run already uses');
  });

  it('puts what Redis has lost on the queue again, and says that there is nothing to do afterwards', async () => {
    await oactSucceeds(['enqueue', '-C', dir, '--batch-size', '5', '--order', 'id'], { env });
    await flush();
    const told = await recover('--dry-run', '--json');
    expect(JSON.parse(told.stdout)).toMatchObject({ dryRun: true, audit: { checked: 5, readded: 5 } });
    const done = await recover('--json');
    expect(done.code).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({
      audit: { readded: 5, withdrawn: 0 },
      jobs: [{ jobId: 'c1-a1', kind: 'readded' }, {}, {}, {}, {}],
      records: [],
    });
    const again = await recover();
    expect(again.code).toBe(3);
    expect(again.stdout).toContain('0 added again');
  }, 60_000);

  it('settles from disk what was computed while the queue vanished', async () => {
    await oactSucceeds(
      ['consume', '-C', dir, '--slots', '2', '--cores-per-slot', '1', '--idle-timeout', '1s'],
      { env },
    );
    await flush();
    const { code, stdout } = await recover('--verbose');
    expect(code).toBe(0);
    expect(stdout).toContain('5 open attempts settled');
    expect(stdout).toMatch(/record 1 \(Ac_3_F3\) completed: attempt-1\/result.json/);
    finished = rows();
    expect(finished.filter((row) => row.status === 'completed')).toHaveLength(5);
    expect((await recover('--no-queue')).code).toBe(3);
  }, 60_000);

  it('brings a database that was restored from a backup up to date', async () => {
    const db = new Database(databaseOf('workflow.db'));
    db.exec(`delete from oact_attempts;
      update structures set status = 'to_run', final_energy = null, job_dir = null where id <= 3`);
    db.exec(`update structures set status = 'running', final_energy = null where id in (4, 5)`);
    db.close();
    const told = await recover('--dry-run', '--no-queue', '--json');
    expect(JSON.parse(told.stdout).records).toHaveLength(5);
    expect((await recover('--no-queue')).stdout).toContain('5 results');
    expect(rows()).toEqual(finished);
    expect((await recover('--no-queue')).code).toBe(3);
  }, 60_000);

  it('asks for a decision when the tables of oact are lost, and then does the same', async () => {
    const db = new Database(databaseOf('workflow.db'));
    const ours = db.prepare<[], string>(
      "select name from sqlite_master where type = 'table' and name like 'oact!_%' escape '!'",
    );
    for (const table of ours.pluck().all()) db.exec(`drop table ${table}`);
    db.exec(`update structures set status = 'to_run', final_energy = null where id <= 5`);
    db.close();
    const refused = await recover('--no-queue');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('--restore-id');
    expect((await recover('--no-queue', '--restore-id')).stdout).toContain('5 results');
    expect(rows()).toEqual(finished);
    expect((await recover('--no-queue', '--restore-id')).code).toBe(3);
  }, 60_000);

  it('takes over what the existing tools have run, with their habit of naming database and root', async () => {
    const other = join(home.dir, 'other');
    mkdirSync(join(other, 'jobs', 'job_1'), { recursive: true });
    mkdirSync(join(other, 'jobs', 'job_2'), { recursive: true });
    const path = join(other, 'workflow.db');
    const db = new Database(path);
    db.exec(upstreamTable);
    db.exec(`insert into structures (orig_index, status, charge, spin, geometry, worker_id)
      values (1, 'running', 2, 1, 'U 0 0 0', '4711'), (2, 'running', 2, 1, 'U 0 0 0', '4711'), (3, 'to_run', 2, 1, 'U 0 0 0', null)`);
    db.close();
    copyFileSync(join(dir, 'jobs', 'job_1', 'orca.out'), join(other, 'jobs', 'job_1', 'orca.out'));
    const before = readdirSync(other);
    const args = ['recover', path, join(other, 'jobs'), '--no-queue'];
    const told = await oactSucceeds([...args, '--dry-run'], { env });
    expect(told.stdout).toContain('1 runs of other tools');
    expect(readdirSync(other)).toEqual(before);
    const { stdout } = await oactSucceeds([...args, '--verbose'], { env });
    expect(stdout).toContain('record 1 completed: adopted from orca.out');
    expect(stdout).toContain('--recover-orphans');
    expect(rows(path)).toMatchObject([
      { status: 'completed', final_energy: finished[0]?.final_energy },
      { status: 'running' },
      { status: 'to_run' },
    ]);
    expect((await runOact(args, { env })).code).toBe(3);
  }, 60_000);
});
