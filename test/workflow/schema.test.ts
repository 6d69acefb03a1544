import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { createWorkflow } from '../../workflow/schema/create-workflow.ts';
import { openWorkflow } from '../../workflow/database/open-workflow.ts';
import { catchError } from './expect-error.ts';
import { aDatabasePath, aRawDatabase, upstreamTable } from './sample-workflow.ts';

/** Everything SQLite knows of the table that other programs share with us. */
function describeStructures(path: string): unknown {
  const db = new Database(path, { readonly: true });
  try {
    const master = db.prepare<[], { type: string; name: string; sql: string }>(
      `select type, name, sql from sqlite_master where name not like 'oact_%' and sql is not null order by name`,
    );
    return {
      columns: db.prepare(`select * from pragma_table_xinfo('structures')`).all(),
      indexes: db
        .prepare(
          `select name, "unique", origin, partial from pragma_index_list('structures') where name not like 'oact_%'`,
        )
        .all(),
      objects: master.all().map(({ type, name }) => `${type} ${name}`),
      autoincrement: master.all().some(({ sql }) => /autoincrement/i.test(sql)),
      userVersion: db.pragma('user_version', { simple: true }),
      pageSize: db.pragma('page_size', { simple: true }),
      journalMode: db.pragma('journal_mode', { simple: true }),
    };
  } finally {
    db.close();
  }
}

describe('a new database', () => {
  test('has the existing system’s table to the letter, user columns included', () => {
    const path = aDatabasePath();
    createWorkflow(path, { extraColumns: [{ name: 'metal', type: 'TEXT' }] });
    openWorkflow(path).close();
    expect(describeStructures(path)).toEqual(describeStructures(aRawDatabase(upstreamTable)));
  });

  test('has these columns, types and defaults', () => {
    const path = aDatabasePath();
    createWorkflow(path);
    const db = new Database(path);
    const sql = `select name || ' ' || type || coalesce(' ' || dflt_value, '') from pragma_table_info('structures')`;
    const columns = db.prepare(sql).pluck().all();
    db.close();
    expect(columns).toEqual([
      'id INTEGER',
      'orig_index INTEGER',
      'elements TEXT',
      'natoms INTEGER',
      'status TEXT',
      'charge INTEGER',
      'spin INTEGER',
      'geometry TEXT',
      'job_dir TEXT',
      'max_forces REAL',
      'scf_steps INTEGER',
      'final_energy REAL',
      'error_message TEXT',
      'fail_count INTEGER 0',
      'wall_time REAL',
      'n_cores INTEGER',
      'worker_id TEXT',
      'created_at TIMESTAMP CURRENT_TIMESTAMP',
      'updated_at TIMESTAMP CURRENT_TIMESTAMP',
      'optimizer TEXT',
      'generator_data TEXT',
    ]);
  });

  test('does not replace a file that exists', () => {
    const path = aRawDatabase(upstreamTable);
    expect(catchError(() => createWorkflow(path)).code).toBe('CAMPAIGN_EXISTS');
  });

  test('needs its directory', () => {
    expect(catchError(() => createWorkflow(`${aDatabasePath()}/no/where.db`)).code).toBe('FILE_UNWRITABLE');
  });

  test.each([
    ['a SQL keyword', 'order', /SQL keyword/],
    ['a column of the table in other case', 'Charge', /already a column/],
    ['a column that comes last', 'optimizer', /already a column/],
    ['an injection', 'a); drop table structures; --', /characters/],
    ['a leading digit', '2nd', /characters/],
    ['nothing', '', /characters/],
  ])('refuses an extra column named like %s', (_what, name, message) => {
    const path = aDatabasePath();
    const error = catchError(() => createWorkflow(path, { extraColumns: [{ name, type: 'TEXT' }] }));
    expect([error.code, error.message]).toEqual(['USAGE', expect.stringMatching(message)]);
  });

  test('refuses an extra column given twice', () => {
    const twice = { name: 'metal', type: 'TEXT' } as const;
    const error = catchError(() => createWorkflow(aDatabasePath(), { extraColumns: [twice, twice] }));
    expect(error.message).toMatch(/already a column/);
  });
});
