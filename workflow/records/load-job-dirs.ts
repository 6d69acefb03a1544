import { resolveJobDir } from '../../core/job-dir/resolve-job-dir.ts';
import { chunksOf } from '../database/chunks-of.ts';
import { withRetry } from '../database/with-retry.ts';
import type { Workflow } from '../database/workflow.ts';
import { readJobRoot } from './read-job-root.ts';

/** The job directories of records, absolute, as far as the database knows them. */
export function loadJobDirs(workflow: Workflow, ids: readonly number[]): Map<number, string> {
  const select = workflow.db.prepare<[string], { id: number; jobDir: string }>(
    `select id, job_dir as jobDir from structures
     where id in (select value from json_each(?)) and job_dir is not null`,
  );
  const rows = chunksOf(ids).flatMap((chunk) => withRetry(workflow, () => select.all(JSON.stringify(chunk))));
  const jobRoot = rows.length === 0 ? null : readJobRoot(workflow);
  return new Map(
    rows.flatMap(({ id, jobDir }) => {
      const dir = resolveJobDir(jobRoot, jobDir);
      return dir === null ? [] : [[id, dir] as const];
    }),
  );
}
