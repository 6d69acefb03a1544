import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

type Status = 'completed' | 'failed' | 'timeout' | 'running';
const checked = ['running', 'failed', 'timeout', 'to_run'];

/**
 * What `dashboard --update ROOT` of the existing system does: rows of four statuses, the directory by the pattern, the newest file
 * whose name ends in `out` (then `.out.gz`, then `logs`), its last ten lines, and an UPDATE without a look at what the row is by then.
 * @returns how many rows it changed, by what they became
 */
export function playUpdate(
  databasePath: string,
  jobRoot: string,
  dirName: (id: number) => string,
): Map<Status, number> {
  const db = new Database(databasePath, { timeout: 30_000 });
  try {
    const rows = db
      .prepare<[], { id: number; status: string }>(
        `select id, status from structures where status in (${checked.map((status) => `'${status}'`).join(', ')})`,
      )
      .all();
    const groups = new Map<Status, number[]>();
    for (const { id, status } of rows) {
      const dir = join(jobRoot, dirName(id));
      if (!existsSync(dir)) continue;
      const found = checkTermination(dir);
      if (found !== status) groups.set(found, [...(groups.get(found) ?? []), id]);
    }
    for (const [status, ids] of groups) playWrite(db, status, ids);
    return new Map([...groups].map(([status, ids]) => [status, ids.length]));
  } finally {
    db.close();
  }
}

/** The very write: no compare-and-set, `worker_id`, `fail_count` and numbers untouched. */
export function playWrite(db: Database.Database, status: string, ids: readonly number[]): void {
  if (ids.length === 0) return;
  const marks = ids.map(() => '?').join(',');
  db.prepare(`UPDATE structures SET status = ?, updated_at = CURRENT_TIMESTAMP WHERE id IN (${marks})`).run(
    status,
    ...ids,
  );
}

/** What its check reads from a directory. */
export function checkTermination(dir: string): Status {
  const names = readdirSync(dir);
  const groups = [
    names.filter((name) => name.endsWith('out') && !/^orca_atom\d+\.out$/.test(name)),
    names.filter((name) => name.endsWith('.out.gz')),
    names.filter((name) => name.endsWith('logs')),
  ];
  const files = groups.find((group) => group.length > 0) ?? [];
  const newest = files.toSorted((a, b) => statSync(join(dir, b)).mtimeMs - statSync(join(dir, a)).mtimeMs)[0];
  if (newest === undefined) return 'running';
  const lines = readFileSync(join(dir, newest), 'utf8').trimEnd().split('\n').slice(-10);
  if (lines.some((line) => line.includes('ORCA TERMINATED NORMALLY'))) return 'completed';
  if (lines.some((line) => line.includes('aborting the run') || line.includes('Error'))) return 'failed';
  return 'running';
}
