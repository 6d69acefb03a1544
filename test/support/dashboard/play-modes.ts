// The writes of each mode of the existing dashboard, as its code issues them: for machines that have no checkout of it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { checkTermination, playUpdate, playWrite } from './play-dashboard.ts';

type Row = { id: number; orig_index: number; status: string; job_dir: string | null };

/**
 * Plays one call of the dashboard on a database whose directories have its default pattern.
 * @param flags as docs/from-parsl.md writes them; ROOT is the job root
 */
export function playMode(databasePath: string, flags: string, jobRoot: string): void {
  const db = new Database(databasePath, { timeout: 30_000 });
  const rows = (): Row[] =>
    db.prepare<[], Row>('select id, orig_index, status, job_dir from structures').all();
  const dirOf = ({ orig_index: index }: Row): string => join(jobRoot, `job_${index}`);
  const reset = (where: string, words: string | null): void => {
    db.prepare(
      `UPDATE structures SET status = 'to_run', error_message = ?, worker_id = NULL, fail_count = COALESCE(fail_count, 0) + 1,
       updated_at = CURRENT_TIMESTAMP WHERE ${where}`,
    ).run(words);
  };
  try {
    const has = (flag: string): boolean => flags.split(' ').includes(flag);
    if (has('--update')) {
      const names = new Map(rows().map((row) => [row.id, `job_${row.orig_index}`]));
      if (has('--hours-cutoff'))
        timeOutOld(
          db,
          rows().filter((row) => row.status !== 'completed'),
          dirOf,
        );
      else playUpdate(databasePath, jobRoot, (id) => names.get(id) ?? '');
      if (has('--recheck-completed')) recheck(db, rows(), dirOf);
      if (has('--extract-metrics') || has('--recompute-metrics')) extract(db, rows(), dirOf);
    }
    if (has('--reset-missing'))
      for (const row of rows().filter(
        (one) => ['running', 'failed', 'timeout'].includes(one.status) && !existsSync(dirOf(one)),
      ))
        reset(`id = ${row.id}`, 'Directory missing — reset by --reset-missing');
    if (has('--fix-unlinked'))
      for (const row of rows().filter((one) => one.status !== 'running' && one.job_dir === null)) {
        if (existsSync(dirOf(row)))
          db.prepare('UPDATE structures SET job_dir = ? WHERE id = ?').run(dirOf(row), row.id);
        else reset(`id = ${row.id}`, 'No directory found -- reset by --fix-unlinked');
      }
    if (has('--recover-orphans')) reset(`status = 'running' and worker_id is not null`, 'Orphaned job');
    if (has('--reset-failed')) reset(`status = 'failed'`, null);
    if (has('--reset-timeout')) reset(`status = 'timeout'`, null);
  } finally {
    db.close();
  }
}

/** With a cutoff of 0 h, whatever has no word of an end counts as timed out. */
function timeOutOld(db: Database.Database, rows: readonly Row[], dirOf: (row: Row) => string): void {
  for (const row of rows) {
    const dir = dirOf(row);
    if (!existsSync(dir)) continue;
    const found = checkTermination(dir);
    playWrite(db, found === 'running' ? 'timeout' : found, [row.id]);
  }
}

function recheck(db: Database.Database, rows: readonly Row[], dirOf: (row: Row) => string): void {
  for (const row of rows.filter(({ status }) => status === 'completed')) {
    const dir = dirOf(row);
    if (existsSync(dir)) playWrite(db, checkTermination(dir), [row.id]);
  }
}

/** Energy and directory of completed rows, from their own output. */
function extract(db: Database.Database, rows: readonly Row[], dirOf: (row: Row) => string): void {
  for (const row of rows.filter(({ status }) => status === 'completed')) {
    const output = join(dirOf(row), 'orca.out');
    if (!existsSync(output)) continue;
    const energy = /FINAL SINGLE POINT ENERGY\s+(-?[\d.]+)/.exec(readFileSync(output, 'utf8'))?.[1];
    db.prepare(
      'UPDATE structures SET final_energy = COALESCE(?, final_energy), job_dir = ?, updated_at = CURRENT_TIMESTAMP WHERE id = ?',
    ).run(energy === undefined ? null : Number(energy), dirOf(row), row.id);
  }
}
