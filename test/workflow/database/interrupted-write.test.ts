import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';
import { toDatabaseError } from '../../../workflow/database/to-database-error.ts';
import { withRetry } from '../../../workflow/database/with-retry.ts';
import { createWorkflow } from '../../../workflow/schema/create-workflow.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';

const rows = 500;

function makeDatabase(): string {
  const home = makeCampaignDir();
  onTestFinished(() => home.remove());
  const path = join(home.dir, 'workflow.db');
  createWorkflow(path);
  const db = new Database(path);
  db.prepare(
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${rows})
     insert into structures (orig_index, elements, natoms, status, charge, spin, geometry)
     select i, 'H', 1, 'to_run', 0, 2, printf('%.*c', 2000, 'x') from n`,
  ).run();
  db.close();
  return path;
}

/** A process that dies in a transaction whose pages have reached the file already. */
function dieWriting(path: string): void {
  const text = `
    const db = new (require(${JSON.stringify(createRequire(import.meta.url).resolve('better-sqlite3'))}))(${JSON.stringify(path)});
    db.pragma('cache_size = 1');
    db.exec("begin immediate; update structures set status = 'failed', geometry = geometry || 'y'");
    process.kill(process.pid, 'SIGKILL');`;
  expect(spawnSync(process.execPath, ['-e', text]).signal).toBe('SIGKILL');
  expect(existsSync(`${path}-journal`), 'a journal to be played back').toBe(true);
}

const countToRun = (db: Database.Database): unknown =>
  db.prepare(`select count(*) from structures where status = 'to_run'`).pluck().get();

describe('a write whose process was killed', () => {
  it('is undone by the next command, even one that only reads', () => {
    const path = makeDatabase();
    dieWriting(path);
    const workflow = openWorkflow(path, { readOnly: true, tries: 1 });
    onTestFinished(() => workflow.close());
    expect(countToRun(workflow.db)).toBe(rows);
  });

  it('is undone under a reader that has the database open already', () => {
    const path = makeDatabase();
    const workflow = openWorkflow(path, { readOnly: true, tries: 1 });
    onTestFinished(() => workflow.close());
    expect(countToRun(workflow.db)).toBe(rows);
    dieWriting(path);
    expect(() => countToRun(workflow.db)).toThrow('readonly database');
    expect(withRetry(workflow, () => countToRun(workflow.db))).toBe(rows);
  });

  it('is named as such to a reader who may not write', () => {
    const error = Object.assign(new Error('attempt to write a readonly database'), {
      code: 'SQLITE_READONLY_ROLLBACK',
    });
    expect(toDatabaseError(error, 'workflow.db')).toMatchObject({
      code: 'DATABASE_READ_ONLY',
      message: expect.stringContaining('was interrupted'),
    });
  });
});
