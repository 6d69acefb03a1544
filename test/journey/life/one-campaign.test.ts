import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { fullRedisUrl } from '../../support/redis-url.ts';
import { useRedis } from '../../support/use-redis.ts';
import { exampleCsv, oactSucceeds, runOact, standInPath } from '../../support/run-oact.ts';

interface Row {
  id: number;
  status: string;
  final_energy: number | null;
  max_forces: number | null;
  scf_steps: number | null;
  wall_time: number | null;
  n_cores: number | null;
  error_message: string | null;
  fail_count: number;
  worker_id: string | null;
  job_dir: string;
}

describe('a campaign, command by command', () => {
  let home: CampaignDir;
  const redis = useRedis();
  let env: Record<string, string>;
  let dir: string;
  const rows = (): Row[] => {
    const db = new Database(join(dir, 'workflow.db'), { readonly: true });
    const all = db.prepare<[], Row>('select * from structures order by id').all();
    db.close();
    return all;
  };

  beforeAll(async () => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    env = {
      OACT_REDIS_URL: fullRedisUrl(redis.address),
      OACT_STANDIN_SECONDS: '0.05',
      OACT_ORCA_PATH: standInPath,
    };
  });
  afterAll(async () => {
    home.remove();
  });

  it('makes a campaign from a table', async () => {
    const { stdout } = await oactSucceeds(
      ['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin'],
      { env },
    );
    expect(stdout).toContain('24 imported, 0 already known, 0 bad');
    expect(rows().every((row) => row.status === 'to_run')).toBe(true);
  });

  it('adds nothing when the same table is imported again', async () => {
    const { stdout } = await oactSucceeds(
      ['init', dir, '--csv', exampleCsv, '--multiplicity-column', 'spin'],
      { env },
    );
    expect(stdout).toContain('0 imported, 24 already known');
    expect(rows()).toHaveLength(24);
  });

  it('shows in a dry run what would be queued, and writes nothing', async () => {
    const before = readFileSync(join(dir, 'workflow.db'));
    const { stdout } = await oactSucceeds(['enqueue', '-C', dir, '--ids', '6', '--dry-run'], { env });
    expect(stdout).toContain('UO2');
    expect(stdout).toContain('! wB97M-V def2-TZVPD EnGrad');
    expect(stdout).toContain('*xyz 2 1');
    expect(readFileSync(join(dir, 'workflow.db')).equals(before)).toBe(true);
    const status = JSON.parse((await oactSucceeds(['status', '-C', dir, '--json'], { env })).stdout);
    expect(status.queue).toEqual({ waiting: 0, active: 0, completed: 0, failed: 0 });
  });

  it('queues a batch whose size is a total', async () => {
    const { stdout } = await oactSucceeds(['enqueue', '-C', dir, '--batch-size', '6', '--order', 'id'], {
      env,
    });
    expect(stdout).toContain('6 queued, 0 refused, 0 skipped');
    const status = JSON.parse((await oactSucceeds(['status', '-C', dir, '--json'], { env })).stdout);
    expect(status.queue.waiting).toBe(6);
    expect(status.database).toMatchObject({ to_run: 18, running: 6, completed: 0, total: 24 });
    expect(status.redis.url).not.toContain(redis.address.password);
    expect(
      rows()
        .filter((row) => row.status === 'running')
        .every((row) => row.worker_id === null),
    ).toBe(true);
  });

  it('runs them on this node and ends when there is nothing to do', async () => {
    const args = [
      'consume',
      '-C',
      dir,
      '--slots',
      '2',
      '--cores-per-slot',
      '1',
      '--idle-timeout',
      '1s',
      '--json',
    ];
    const run = await runOact(args, { env });
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout)).toEqual({ reason: 'idle', endings: { completed: 6 }, why: null });
  });

  it('writes the results into the database, once', async () => {
    expect((await oactSucceeds(['reconcile', '-C', dir, '--once'], { env })).stdout).toContain('6 settled');
    const done = rows().filter((row) => row.status === 'completed');
    expect(done).toHaveLength(6);
    for (const row of done) {
      expect(row).toMatchObject({ fail_count: 0, worker_id: null, error_message: null, n_cores: 1 });
      expect(row.final_energy).toBeLessThan(0);
      expect(row.scf_steps).toBeGreaterThan(0);
      expect(row.max_forces).toBeGreaterThan(0);
      expect(row.wall_time).toBeGreaterThan(0);
    }
    expect((await oactSucceeds(['reconcile', '-C', dir, '--once'], { env })).stdout).toContain('0 settled');
  });

  it('leaves the files where the existing tools look for them', () => {
    const jobDir = rows()[0]?.job_dir ?? '';
    expect(jobDir).toBe(join(dir, 'jobs', 'job_1'));
    const names = readdirSync(jobDir);
    for (const name of [
      'orca.inp',
      'orca.out',
      'orca.err',
      'orca.gbw',
      'orca.engrad',
      'orca.xyz',
      'orca.property.txt',
    ]) {
      expect(names).toContain(name);
    }
    expect(names.filter((name) => name.endsWith('out') && !/^orca_atom\d+\.out$/.test(name))).toEqual([
      'orca.out',
    ]);
    const output = readFileSync(join(jobDir, 'orca.out'), 'utf8');
    expect(output.trimEnd().split('\n').slice(-2).join()).toContain('ORCA TERMINATED NORMALLY');
    expect(output).toMatch(/stand-in/i);
    const result = JSON.parse(readFileSync(join(jobDir, 'attempt-1', 'result.json'), 'utf8'));
    expect(result).toMatchObject({ recordId: 1, attempt: 1, outcome: { kind: 'completed' } });
    expect(result.metrics.program).toBe('stand-in 6.1.0');
    expect(existsSync(join(jobDir, '.do_not_rerun.json'))).toBe(false);
  });

  it('accepts the habit of the existing tools: database and root', async () => {
    const args = [
      'enqueue',
      join(dir, 'workflow.db'),
      join(dir, 'jobs'),
      '--batch-size',
      '2',
      '--order',
      'id',
    ];
    expect((await oactSucceeds(args, { env })).stdout).toContain('2 queued');
  });
});
