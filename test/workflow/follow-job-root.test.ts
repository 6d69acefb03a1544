import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { followJobRoot } from '../../workflow/records/follow-job-root.ts';
import { recordBatch } from '../../workflow/attempts/batches.ts';
import { loadBatch } from '../../workflow/attempts/batches.ts';
import { claimJobs } from '../../workflow/attempts/claim-jobs.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { makeCampaignDir } from '../support/campaign-dir.ts';
import { aWorkflow } from './sample-workflow.ts';

/** Record 1 runs below the old root, record 2 has ended there, record 3 belongs to another tool. */
function aCampaign(): {
  workflow: Workflow;
  dir: string;
  from: string;
  dirs: () => unknown[];
  batch: () => unknown;
} {
  const { dir, remove } = makeCampaignDir();
  onTestFinished(remove);
  const from = join(dir, 'old%_root');
  mkdirSync(from);
  const workflow = aWorkflow(3);
  const batchId = recordBatch(workflow, { jobRoot: from, lane: 'default' });
  const jobDirs = new Map([1, 2].map((id) => [id, join(from, `job_${id}`)]));
  claimJobs(workflow, { ids: [1, 2], batchId, jobDirs });
  workflow.db.exec(`update oact_attempts set settled_at = 'x', outcome = 'completed' where record_id = 2`);
  workflow.db.exec(`update structures set status = 'completed' where id = 2`);
  workflow.db.exec(`update structures set job_dir = '/others/job_3' where id = 3`);
  return {
    workflow,
    dir,
    from,
    dirs: () => workflow.db.prepare('select job_dir from structures order by id').pluck().all(),
    batch: () => loadBatch(workflow, batchId),
  };
}

describe('followJobRoot', () => {
  it('takes all job directories along when the root has moved', () => {
    const { workflow, dir, from, dirs, batch } = aCampaign();
    const to = join(dir, 'new');
    renameSync(from, to);
    expect(followJobRoot(workflow, to)).toEqual([{ from, kind: 'moved', directories: 2 }]);
    expect(dirs()).toEqual([join(to, 'job_1'), join(to, 'job_2'), '/others/job_3']);
    expect(batch()).toMatchObject({ jobRoot: to, lane: 'default' });
    expect(followJobRoot(workflow, to)).toEqual([]);
  });

  it('takes only what runs along when jobRoot: was edited', () => {
    const { workflow, dir, from, dirs, batch } = aCampaign();
    const to = join(dir, 'new');
    mkdirSync(to);
    expect(followJobRoot(workflow, to)).toEqual([{ from, kind: 'edited', directories: 1 }]);
    expect(dirs()).toEqual([join(to, 'job_1'), join(from, 'job_2'), '/others/job_3']);
    expect(batch()).toMatchObject({ jobRoot: to });
  });

  it('changes nothing for a second path to the same directory, nor for a root that is not there', () => {
    const { workflow, dir, from, dirs } = aCampaign();
    const before = dirs();
    symlinkSync(from, join(dir, 'view'));
    expect(followJobRoot(workflow, join(dir, 'view'))).toEqual([]);
    renameSync(from, join(dir, 'unmounted'));
    expect(followJobRoot(workflow, join(dir, 'nowhere'))).toEqual([]);
    expect(dirs()).toEqual(before);
  });
});
