import { chmodSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { claimJobs } from '../../../workflow/attempts/claim-jobs.ts';
import { countByStatus } from '../../../workflow/reports/count-by-status.ts';
import { insertStructures } from '../../../workflow/records/insert-structures.ts';
import { listOpenAttempts } from '../../../workflow/attempts/list-open-attempts.ts';
import { listResults } from '../../../workflow/results/list-results.ts';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';
import { unadoptedCampaignId, type Workflow } from '../../../workflow/database/workflow.ts';
import { catchError } from '../expect-error.ts';
import {
  aDatabasePath,
  aRawDatabase,
  aStructure,
  aWorkflow,
  readRow,
  upstreamTable,
} from '../sample-workflow.ts';
import { startProgram } from '../start-program.ts';

/** A database of the existing system's first months: no column added later, the old word, WAL. */
const oldDatabase = `
  pragma journal_mode = wal;
  create table structures (
    id INTEGER PRIMARY KEY AUTOINCREMENT, orig_index INTEGER, elements TEXT, natoms INTEGER, status TEXT,
    charge INTEGER, spin INTEGER, geometry TEXT, job_dir TEXT, max_forces REAL, scf_steps INTEGER,
    final_energy REAL, error_message TEXT, fail_count INTEGER DEFAULT 0, wall_time REAL, n_cores INTEGER,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
  );
  create index idx_status on structures(status);
  create index idx_orig_index on structures(orig_index);
  insert into structures (orig_index, status, geometry, updated_at) values
    (0, 'ready', 'H 0 0 0', '2026-02-01 00:00:00'), (1, 'completed', 'H 0 0 0', '2026-02-01 00:00:00');`;

function open(path: string, options: Parameters<typeof openWorkflow>[1] = {}): Workflow {
  const workflow = openWorkflow(path, options);
  onTestFinished(() => workflow.close());
  return workflow;
}

function journalModeOf(path: string): unknown {
  const db = new Database(path, { readonly: true });
  const mode = db.pragma('journal_mode', { simple: true });
  db.close();
  return mode;
}

describe('a database of the existing system', () => {
  test('is adopted: columns added in its order, ready → to_run, out of WAL', () => {
    const path = aRawDatabase(oldDatabase);
    const workflow = open(path);
    const names = workflow.db.prepare(`select name from pragma_table_info('structures')`).pluck().all();
    expect(names.slice(-5)).toEqual(['created_at', 'updated_at', 'optimizer', 'worker_id', 'generator_data']);
    expect(readRow(workflow, 1)).toMatchObject({ status: 'to_run', updated_at: '2026-02-01 00:00:00' });
    expect(readRow(workflow, 2)).toMatchObject({ status: 'completed' });
    expect(journalModeOf(path)).toBe('delete');
    expect(workflow.db.pragma('synchronous', { simple: true })).toBe(2);
  });

  test('gets a campaign id once', () => {
    const path = aRawDatabase(upstreamTable);
    const first = open(path).campaignId;
    expect(first).toMatch(/^[0-9a-f]{8}$/);
    expect(open(path).campaignId).toBe(first);
    expect(open(path, { readOnly: true }).campaignId).toBe(first);
  });

  test('is written only when something is missing', () => {
    const path = aRawDatabase(oldDatabase);
    openWorkflow(path).close();
    const adopted = readFileSync(path);
    openWorkflow(path).close();
    expect(readFileSync(path).equals(adopted)).toBe(true);
  });

  test('gets its indexes back', () => {
    const path = aRawDatabase(`${upstreamTable} drop index idx_status;`);
    const sql = `select name from sqlite_master where type = 'index' and name like 'idx_%' order by name`;
    expect(open(path).db.prepare(sql).pluck().all()).toEqual(['idx_orig_index', 'idx_status']);
  });

  test('opened read-only answers every question and stays as it is', () => {
    const path = aRawDatabase(`${oldDatabase} pragma journal_mode = delete;`);
    const before = readFileSync(path);
    const workflow = open(path, { readOnly: true });
    expect(countByStatus(workflow)).toMatchObject({ to_run: 1, completed: 1, total: 2 });
    expect(listResults(workflow)).toHaveLength(2);
    expect(listOpenAttempts(workflow)).toEqual([]);
    expect(workflow.campaignId).toBe(unadoptedCampaignId);
    workflow.close();
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

test('a database opened read-only refuses a write', () => {
  const workflow = open(aWorkflow(1).path, { readOnly: true });
  expect(catchError(() => claimJobs(workflow, { ids: [1], batchId: 1 })).code).toBe('DATABASE_READ_ONLY');
});

describe('refused with a code of its own:', () => {
  test('no file', () => {
    expect(catchError(() => openWorkflow(aDatabasePath()))).toMatchObject({ code: 'DATABASE_NOT_FOUND' });
  });

  test('a directory', () => {
    expect(catchError(() => openWorkflow(dirname(aDatabasePath())))).toMatchObject({
      code: 'FILE_UNREADABLE',
    });
  });

  test('a file that is no database', () => {
    const path = aDatabasePath();
    writeFileSync(path, 'id,status\n1,to_run\n'.repeat(100));
    expect(catchError(() => openWorkflow(path))).toMatchObject({ code: 'DATABASE_CORRUPT' });
  });

  test('a database that was cut off', () => {
    const path = aWorkflow(500).path;
    truncateSync(path, 20_000);
    expect(catchError(() => openWorkflow(path))).toMatchObject({ code: 'DATABASE_CORRUPT' });
  });

  test.each([
    ['an empty file', '', /no table 'structures'/],
    ['a database of another program', 'create table users (id integer)', /no table 'structures'/],
    [
      'a table of that name with other columns',
      'create table structures (id, name)',
      /lacks.*orig_index.*fail_count/,
    ],
  ])('%s, left as it is', (_what, sql, message) => {
    const path = aRawDatabase(sql);
    const before = readFileSync(path);
    const error = catchError(() => openWorkflow(path));
    expect([error.code, error.message]).toEqual(['DATABASE_NOT_A_WORKFLOW', expect.stringMatching(message)]);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test.each([{ readOnly: false }, { readOnly: true }])('a schema newer than known, %o', (options) => {
    const { db, path, close } = aWorkflow(1);
    db.exec(`update oact_meta set value = '99' where key = 'schema_version'`);
    close();
    const error = catchError(() => openWorkflow(path, options));
    expect([error.code, error.message]).toEqual(['DATABASE_NEWER', expect.stringMatching(/version 99/)]);
  });

  test('a file without write permission', () => {
    const { path, close } = aWorkflow(1);
    close();
    chmodSync(path, 0o444);
    chmodSync(dirname(path), 0o555);
    asOrdinaryUser(() => {
      const workflow = open(path);
      expect(catchError(() => claimJobs(workflow, { ids: [1], batchId: 1 })).code).toBe('DATABASE_READ_ONLY');
      expect(countByStatus(workflow).to_run).toBe(1);
    });
  });

  test('a file without read permission', () => {
    const { path, close } = aWorkflow(1);
    close();
    chmodSync(dirname(path), 0o755);
    chmodSync(path, 0o000);
    asOrdinaryUser(() => expect(catchError(() => openWorkflow(path)).code).toBe('FILE_UNREADABLE'));
  });

  test('a full disk, with nothing of the change kept', () => {
    const workflow = aWorkflow(1);
    const pages = workflow.db.pragma('page_count', { simple: true });
    workflow.db.pragma(`max_page_count = ${String(pages)}`);
    const structures = Array.from({ length: 1000 }, (_, index) => aStructure(index + 1));
    expect(catchError(() => insertStructures(workflow, structures)).code).toBe('DISK_FULL');
    expect(countByStatus(workflow).total).toBe(1);
  });
});

describe('while another process has the database', () => {
  test('and adopts it too, all succeed and agree', async () => {
    const path = aRawDatabase(oldDatabase);
    const programs = [1, 2, 3].map(() => startProgram('open.mjs', [path]));
    const ids = await Promise.all(programs.map((program) => program.nextLine()));
    expect(ids).toEqual([ids[0], ids[0], ids[0]]);
    expect(open(path).campaignId).toBe(ids[0]);
  });

  test('locked, the open waits and succeeds', async () => {
    const path = aRawDatabase(upstreamTable);
    await startProgram('hold-lock.mjs', [path, 'exclusive', '300']).nextLine();
    expect(open(path).campaignId).toMatch(/^[0-9a-f]{8}$/);
  });

  test('locked for too long, a write says so', async () => {
    const { path, close } = aWorkflow(1);
    close();
    const workflow = open(path, { busyTimeoutSeconds: 0.05 });
    const holder = startProgram('hold-lock.mjs', [path, 'exclusive']);
    await holder.nextLine();
    expect(catchError(() => claimJobs(workflow, { ids: [1], batchId: 1 })).code).toBe('DATABASE_LOCKED');
    holder.proceed();
    await holder.ended();
    expect(claimJobs(workflow, { ids: [1], batchId: 1 })).toHaveLength(1);
  });

  test('in WAL, the open says that it cannot take it out of it', async () => {
    const path = aRawDatabase(upstreamTable);
    await startProgram('hold-lock.mjs', [path, 'wal']).nextLine();
    expect(catchError(() => openWorkflow(path, { busyTimeoutSeconds: 0.05 })).code).toBe('DATABASE_LOCKED');
  });
});

/** Root may write anything, so a test that runs as root steps down for a moment. */
function asOrdinaryUser(run: () => void): void {
  if (process.geteuid?.() !== 0) return run();
  process.seteuid?.(65_534);
  try {
    run();
  } finally {
    process.seteuid?.(0);
  }
}
