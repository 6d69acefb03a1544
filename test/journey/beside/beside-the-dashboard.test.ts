import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { playUpdate, playWrite } from '../../support/dashboard/play-dashboard.ts';
import { oactSucceeds, type RunningOact, runOact, startOact } from '../../support/run-oact.ts';

const count = 200;
const orca = join(findPackageRoot(), 'test', 'programs', 'orca', 'orca-beside');
/** Every 50th never succeeds; every seventh at its second attempt. */
const lasting = Math.floor(count / 50);
const recovering = Math.floor(count / 7) - Math.floor(count / 350);

type Row = { id: number; status: string; final_energy: number | null; max_forces: number | null };

/**
 * The existing dashboard beside a campaign, as hard as it can: its scan, and the verdicts that it reads in the layout of other
 * runs, written for records in all three states of an open attempt: published and not settled, running, waiting for a retry.
 */
describe('the writes of the existing dashboard', { timeout: 300_000 }, () => {
  let home: CampaignDir;
  let dir: string;
  let database: string;
  let env: Record<string, string>;
  const running: RunningOact[] = [];
  const read = <T>(query: string): T[] => {
    const db = new Database(database, { readonly: true, timeout: 30_000 });
    try {
      return db.prepare<[], T>(query).all();
    } finally {
      db.close();
    }
  };
  const write = (status: string, ids: readonly number[]): void => {
    const db = new Database(database, { timeout: 30_000 });
    playWrite(db, status, ids);
    db.close();
  };
  const update = (): Map<string, number> => {
    // Its default pattern: it must find each record's own directory.
    const rows = read<{ id: number; orig_index: number }>('select id, orig_index from structures');
    const names = new Map(rows.map((row) => [row.id, `job_${row.orig_index}`]));
    return playUpdate(database, join(dir, 'jobs'), (id) => names.get(id) ?? '');
  };
  const logOf = (word: string): string[] =>
    readFileSync(env['OACT_TEST_LOG'] ?? '', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith(`${word} `));
  const openIds = (): number[] =>
    read<{ id: number }>('select record_id as id from oact_attempts where settled_at is null').map(
      ({ id }) => id,
    );

  beforeAll(async () => {
    home = makeCampaignDir();
    dir = join(home.dir, 'campaign');
    database = join(dir, 'workflow.db');
    const table = join(home.dir, 'structures.csv');
    const rows = Array.from(
      { length: count },
      (_, index) => `2,1,"U 0 0 0\nO 0 0 ${(1.7 + index / 10_000).toFixed(4)}\nO 0 0 -1.76"`,
    );
    writeFileSync(table, `charge,multiplicity,geometry\n${rows.join('\n')}\n`);
    const log = join(home.dir, 'runs.log');
    writeFileSync(log, '');
    env = { OACT_ORCA_PATH: orca, OACT_TEST_LOG: log };
    await oactSucceeds([
      'init',
      dir,
      '--csv',
      table,
      '--multiplicity-column',
      'multiplicity',
      '--geometry-column',
      'geometry',
    ]);
    await oactSucceeds(['redis', 'start', '-C', dir]);
    await oactSucceeds(['enqueue', '-C', dir, '--batch-size', String(count), '--order', 'id']);
  }, 120_000);
  afterAll(async () => {
    for (const one of running) one.child.kill('SIGTERM');
    await Promise.all(running.map((one) => one.ended));
    await runOact(['redis', 'stop', '-C', dir]);
    home.remove();
  });

  it(`against ${count} live records: none without numbers, no healthy run stopped`, async () => {
    const consume = ['consume', '-C', dir, '--slots', '6', '--cores-per-slot', '1', '--oversubscribe'];
    running.push(startOact(consume, { env }));
    // Nobody settles yet: what is published waits.
    await expect.poll(() => logOf('ended').length, { timeout: 120_000 }).toBeGreaterThan(40);
    expect(update().get('completed')).toBeGreaterThan(20);
    expect(
      read<Row>(`select * from structures where status = 'completed' and final_energy is null`).length,
    ).toBeGreaterThan(20);
    // What it reads where a live output lies in the job directory: `failed` for what runs, or `timeout` for what is silent for a day.
    const open = openIds();
    write(
      'failed',
      open.filter((id) => id % 3 === 0),
    );
    write(
      'timeout',
      open.filter((id) => id % 3 === 1),
    );
    const reconcile = startOact(['reconcile', '-C', dir], { env });
    running.push(reconcile);
    // A dashboard that somebody calls again and again, on retries that wait as well.
    await expect
      .poll(
        () => {
          update();
          const waiting = read<{ id: number }>(
            'select record_id as id from oact_attempts where settled_at is null and retry_of is not null',
          );
          write(
            'failed',
            waiting.map(({ id }) => id),
          );
          return openIds().length;
        },
        { timeout: 240_000, interval: 500 },
      )
      .toBe(0);

    const rows = read<Row>('select id, status, final_energy, max_forces from structures');
    const completed = rows.filter(({ status }) => status === 'completed');
    expect(completed.filter((row) => row.final_energy === null || row.max_forces === null)).toEqual([]);
    expect(completed).toHaveLength(count - lasting);
    expect(rows.filter(({ status }) => status !== 'completed').map(({ id }) => id % 50)).toEqual(
      Array(lasting).fill(0),
    );
    expect(logOf('stopped')).toEqual([]);
    expect(new Set(logOf('started')).size).toBe(logOf('started').length);
    expect(logOf('started').length).toBeGreaterThanOrEqual(count + recovering + lasting);
    expect(read(`select * from oact_attempts where outcome = 'stale'`)).toEqual([]);
    const told = reconcile.output().stderr.match(/another tool changed records/g);
    expect(told?.length).toBeGreaterThan(0);
  });

  it('and what it does to records at rest is put right by one reconcile', async () => {
    const ids = read<Row>('select id from structures').map(({ id }) => id);
    const before = read<Row>('select id, status, final_energy, max_forces from structures order by id');
    write(
      'running',
      ids.filter((id) => id % 2 === 0),
    );
    for (const one of running.splice(0)) {
      one.child.kill('SIGTERM');
      await one.ended;
    }
    const { stdout } = await oactSucceeds(['reconcile', '--once', '-C', dir], { env });
    expect(stdout).not.toMatch(/-\d+ under way/);
    expect(stdout).toContain('0 under way');
    expect(read<Row>('select id, status, final_energy, max_forces from structures order by id')).toEqual(
      before,
    );
  });

  it('and --reset-missing on what is queued takes nothing, because the directories are there', async () => {
    await oactSucceeds(['requeue', '-C', dir, '--ids', '50,100', '--yes'], { env });
    await oactSucceeds(['enqueue', '-C', dir, '--ids', '50,100'], { env });
    expect(update().size).toBe(0);
    const { stdout } = await oactSucceeds(['reconcile', '--once', '-C', dir], { env });
    expect(stdout).toContain('2 under way');
  });
});
