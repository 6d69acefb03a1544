import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createJobDirFinder } from '../../cli/campaign/find-job-dirs.ts';
import { judgeOutput } from '../../consumer/files/judge-output.ts';
import { finishPublishing } from '../../consumer/files/publish-result.ts';
import { recoverAttempts } from '../../reconciler/recover-attempts.ts';
import { recoverRecords } from '../../reconciler/recover-records.ts';
import type { RecoveryControl, RecoveryStep } from '../../reconciler/recover-report.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { makeCampaignDir } from '../support/campaign-dir.ts';
import { aWorkflow } from '../workflow/sample-workflow.ts';

/** A database and a job root, to be recovered as `oact recover --no-queue` does it. */
export interface Site {
  workflow: Workflow;
  jobRoot: string;
  /** Writes a file into the directory of a record, which the database learns of. */
  write(recordId: number, name: string, content: string | Buffer, modifiedAt?: string): void;
  set(recordId: number, changes: string): void;
  recover(changes?: Partial<RecoveryControl> & { pattern?: string }): Promise<RecoveryStep[]>;
}

export function aSite(rows: number): Site {
  const workflow = aWorkflow(rows);
  const campaign = makeCampaignDir();
  onTestFinished(() => campaign.remove());
  const jobRoot = campaign.dir;
  const set = (recordId: number, changes: string): void =>
    void workflow.db.prepare(`update structures set ${changes} where id = ?`).run(recordId);
  return {
    workflow,
    jobRoot,
    set,
    write: (recordId, name, content, modifiedAt) => {
      const path = join(jobRoot, `job_${recordId}`, name);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, content);
      if (modifiedAt !== undefined) utimesSync(path, new Date(modifiedAt), new Date(modifiedAt));
      set(recordId, `job_dir = '${join(jobRoot, `job_${recordId}`)}'`);
    },
    recover: async ({ pattern = 'job_{id}', ...changes } = {}) => {
      const steps: RecoveryStep[] = [];
      const control = {
        campaignId: workflow.campaignId,
        isDryRun: false,
        signal: new AbortController().signal,
        onStep: (step: RecoveryStep) => void steps.push(step),
        onProgress: () => undefined,
        finishFiles: finishPublishing,
        ...changes,
      };
      await recoverAttempts(workflow, control);
      const jobDirOf = createJobDirFinder(jobRoot, pattern);
      await recoverRecords(
        workflow,
        { jobDirOf, judgeOutput, hasOwnDirs: pattern.includes('{id}') },
        control,
      );
      return steps;
    },
  };
}
