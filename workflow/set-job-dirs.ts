import { inTransaction } from './in-transaction.ts';
import type { Workflow } from './workflow.ts';

/**
 * Writes the job directory of claimed rows, so that the existing tools find their files. Rows that are no
 * longer running, or have it already, are left alone.
 * @param jobDirs absolute paths
 */
export function setJobDirs(
  workflow: Workflow,
  jobDirs: readonly { recordId: number; jobDir: string }[],
): void {
  const set = workflow.db.prepare(`
    update structures
    set job_dir = @jobDir, updated_at = current_timestamp
    where id = @recordId and status = 'running' and job_dir is not @jobDir`);
  inTransaction(workflow, () => {
    for (const { recordId, jobDir } of jobDirs) set.run({ recordId, jobDir });
  });
}
