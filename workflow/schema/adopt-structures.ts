import type Database from 'better-sqlite3';
import { listColumns } from './check-structures.ts';
import { runTransaction } from '../database/with-retry.ts';
import { addedColumns, structureIndexes, structureIndexNames } from './structures-schema.ts';

/**
 * Does what the existing system does when it opens an older database: adds the columns that came later and
 * turns the old word `ready` into `to_run`. Missing indexes are made too, our queries need them. Reads
 * first: a database that needs nothing is not locked.
 */
export function adoptStructures(db: Database.Database, path: string): void {
  if (!needsAdoption(db)) return;
  runTransaction({ db, path }, () => {
    const present = new Set(listColumns(db));
    for (const column of addedColumns) {
      if (!present.has(column)) db.exec(`alter table structures add column ${column} TEXT`);
    }
    for (const name of listMissingIndexes(db)) db.exec(structureIndexes[name]);
    if (hasReadyRows(db)) db.exec(`update structures set status = 'to_run' where status = 'ready'`);
  });
}

function needsAdoption(db: Database.Database): boolean {
  const present = new Set(listColumns(db));
  const lacksColumn = addedColumns.some((column) => !present.has(column));
  return lacksColumn || listMissingIndexes(db).length > 0 || hasReadyRows(db);
}

function listMissingIndexes(db: Database.Database): (keyof typeof structureIndexes)[] {
  const sql = `select name from sqlite_master where type = 'index'`;
  const present = new Set(db.prepare<[], string>(sql).pluck().all());
  return structureIndexNames.filter((name) => !present.has(name));
}

function hasReadyRows(db: Database.Database): boolean {
  return db.prepare(`select 1 from structures where status = 'ready' limit 1`).get() !== undefined;
}
