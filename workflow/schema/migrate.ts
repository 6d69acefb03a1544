import type Database from 'better-sqlite3';
import { OactError } from '../../core/errors.ts';
import { runTransaction } from '../database/with-retry.ts';
import { migrations } from './migrations.ts';
import { recountTotals, totalsMigration } from './totals-schema.ts';

/**
 * Brings oact's own tables to the newest version, each step once, all in one transaction. Two processes
 * may open a database at the same time: the version is read again under the write lock.
 */
export function migrate(db: Database.Database, path: string): void {
  if (readSchemaVersion(db, path) === migrations.length) return;
  runTransaction({ db, path }, () => {
    for (const statements of migrations.slice(readSchemaVersion(db, path))) db.exec(statements);
    db.prepare(`insert or replace into oact_meta (key, value) values ('schema_version', ?)`).run(
      String(migrations.length),
    );
  });
}

/**
 * Version of oact's own tables, 0 in a database that oact never wrote to.
 * @throws OactError DATABASE_NEWER when a newer oact made them
 */
export function readSchemaVersion(db: Database.Database, path: string): number {
  const own = db.prepare(`select 1 from sqlite_master where type = 'table' and name = 'oact_meta'`).get();
  if (own === undefined) return 0;
  const sql = `select cast(value as integer) from oact_meta where key = 'schema_version'`;
  const version = db.prepare<[], number>(sql).pluck().get() ?? 0;
  if (version > migrations.length) {
    throw new OactError(
      'DATABASE_NEWER',
      `'${path}' has schema version ${version}, but this oact knows versions up to ${migrations.length}`,
      { hint: 'Use the newer oact that wrote it. Nothing was changed.' },
    );
  }
  return version;
}

/**
 * Gives a connection that may not write the tables that the database does not have yet, empty and temporary, so that every reading
 * verb works on a database that oact has not adopted yet, or that an older oact wrote last. Its totals are counted at each look.
 * @param version of the database's own tables
 */
export function standInForOwnTables(db: Database.Database, version: number): void {
  const columns = new Set(
    db.prepare<[], string>(`select name from pragma_table_info('oact_attempts')`).pluck().all(),
  );
  for (const statements of migrations.slice(version)) {
    if (statements === totalsMigration) continue;
    db.exec(
      (version === 0 ? statements : tablesOf(statements)).replaceAll('create table', 'create temp table'),
    );
  }
  if (version > migrations.indexOf(totalsMigration)) return;
  const { totals, pace } = recountTotals((column) => version === 0 || columns.has(column));
  db.exec(`create temp view oact_totals as ${totals}; create temp view oact_pace as ${pace}`);
}

/** Only these: what changes a table of the file itself would be a write. */
function tablesOf(statements: string): string {
  return (statements.match(/^ *create table [^;]*;/gm) ?? []).join('\n');
}
