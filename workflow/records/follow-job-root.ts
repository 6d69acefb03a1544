// The job root may move while jobs wait and run: the database follows it, so that directories are found where they are now.
import { existsSync, statSync } from 'node:fs';
import { inTransaction } from '../database/in-transaction.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';

/** One job root that batches were queued under, and what was changed for the one of today. */
export interface FollowedRoot {
  from: string;
  /** moved: it is not there any more; edited: it is, and `jobRoot:` names another one now. */
  kind: 'moved' | 'edited';
  /** Job directories that the database now has at their new place. */
  directories: number;
}

/**
 * Makes the database follow a job root that is not the one its batches were queued under. After a move all job directories below the old
 * one follow. While the old one is still there, only those of records that run: their files are written below the new one from now on,
 * those of finished records stay where they are. A second path to the same directory changes nothing.
 */
export function followJobRoot(workflow: Workflow, jobRoot: string): FollowedRoot[] {
  const { db } = workflow;
  const select = db
    .prepare<[string], string>(
      `select distinct json_extract(options, '$.jobRoot') as root from oact_batches
       where json_extract(options, '$.jobRoot') is not null and json_extract(options, '$.jobRoot') <> ?`,
    )
    .pluck();
  const roots = withRetry(workflow, () => select.all(jobRoot));
  const others = roots.filter((root) => !isSameDirectory(root, jobRoot));
  // The new place may be a mistake in oact.yaml, or a mount that is missing today.
  if (others.length === 0 || !existsSync(jobRoot)) return [];
  return inTransaction(workflow, () => others.map((from) => follow(workflow, from, jobRoot)));
}

function follow({ db }: Workflow, from: string, jobRoot: string): FollowedRoot {
  const kind = existsSync(from) ? 'edited' : 'moved';
  const directories = db
    .prepare(
      `update structures set job_dir = @jobRoot || substr(job_dir, length(@from) + 1)
       where substr(job_dir, 1, length(@from) + 1) = @from || '/'
         and (@kind = 'moved' or (status = 'running' and exists
           (select 1 from oact_attempts where record_id = structures.id and settled_at is null)))`,
    )
    .run({ from, jobRoot, kind }).changes;
  db.prepare(
    `update oact_batches set options = json_set(options, '$.jobRoot', ?) where json_extract(options, '$.jobRoot') = ?`,
  ).run(jobRoot, from);
  return { from, kind, directories };
}

function isSameDirectory(a: string, b: string): boolean {
  const [one, other] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false }));
  return one !== undefined && other !== undefined && one.ino === other.ino && one.dev === other.dev;
}
