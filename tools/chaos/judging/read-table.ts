import Database from 'better-sqlite3';

/** A record with what its attempts say. */
export interface TableRow {
  id: number;
  status: string;
  failCount: number;
  finalEnergyHartree: number | null;
  reason: string | null;
  attempts: number;
  openAttempts: number;
  failedAttempts: number;
  jobDir: string | null;
  /** Of the newest attempt. */
  jobId: string | null;
  failureClass: string | null;
  startedAt: string | null;
}

/** Opens the database anew each time, as the existing tools do, so that nothing is locked for long. */
function readDatabase<T>(path: string, read: (db: Database.Database) => T): T {
  const db = new Database(path, { readonly: true, timeout: 15_000 });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

/** Records without an outcome. */
export function countUnsettled(path: string): number {
  const sql = `select count(*) from structures where status in ('to_run', 'ready', 'running')`;
  return readDatabase(path, (db) => db.prepare<[], number>(sql).pluck().get() ?? 0);
}

/** Records with an outcome. */
export function countSettled(path: string): number {
  const sql = `select count(*) from structures where status in ('completed', 'failed', 'timeout')`;
  return readDatabase(path, (db) => db.prepare<[], number>(sql).pluck().get() ?? 0);
}

/** Takes what nobody has begun out of the campaign: how much a machine does in a time is not what chaos is about. @returns how many */
export function dropWaiting(path: string): number {
  const db = new Database(path, { timeout: 15_000 });
  try {
    return db.prepare(`delete from structures where status = 'to_run'`).run().changes;
  } finally {
    db.close();
  }
}

export function readTable(path: string): TableRow[] {
  const sql = `
    select id, status, job_dir as jobDir, coalesce(fail_count, 0) as failCount, structures.final_energy as finalEnergyHartree,
      error_message as reason, count(attempt) as attempts,
      coalesce(sum(attempt is not null and settled_at is null), 0) as openAttempts,
      coalesce(sum(outcome = 'failed'), 0) as failedAttempts,
      max(job_id) as jobId, max(class) as failureClass, max(started_at) as startedAt
    from structures left join oact_attempts on record_id = id
    group by id order by id`;
  return readDatabase(path, (db) => db.prepare<[], TableRow>(sql).all());
}
