import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRunDir } from '../../board/files/find-run-dir.ts';
import { recordBatch } from '../../workflow/attempts/batches.ts';
import { claimJobs } from '../../workflow/attempts/claim-jobs.ts';
import { listReleasable } from '../../workflow/attempts/release-attempts.ts';
import { loadJobDirs } from '../../workflow/records/load-job-dirs.ts';
import { listCancelRequests } from '../../workflow/steering/list-cancel-requests.ts';
import { requestCancel } from '../../workflow/steering/request-cancel.ts';
import { aResult, readRow } from '../workflow/sample-workflow.ts';
import { aSite } from './a-site.ts';

function aClaimedSite() {
  const site = aSite(1);
  claimJobs(site.workflow, {
    ids: [1],
    batchId: recordBatch(site.workflow, { recipe: 'omol', jobRoot: site.jobRoot }),
  });
  return { ...site, jobDir: join(site.jobRoot, 'job_1') };
}

/** `--recompute-metrics` of the existing dashboard writes the path that it was started with. */
describe('a relative job_dir', () => {
  const relative = "job_dir = 'camp/jobs/job_1'";

  it('hides no published result from recover', async () => {
    const site = aClaimedSite();
    const result = { ...aResult(1, 1), campaignId: site.workflow.campaignId };
    site.write(1, 'attempt-1/result.json', JSON.stringify(result));
    site.set(1, relative);
    expect(await site.recover()).toMatchObject([{ recordId: 1, kind: 'settled', outcome: 'completed' }]);
    expect(readRow(site.workflow, 1)).toMatchObject({ status: 'completed', final_energy: -626.605298577892 });
  });

  it('is where its files are for those who cancel, give back, and look', async () => {
    const site = aClaimedSite();
    site.write(1, 'attempt-1/result.json', '{}');
    site.write(1, 'orca.inp', '! omol');
    site.set(1, relative);
    expect(loadJobDirs(site.workflow, [1])).toEqual(new Map([[1, site.jobDir]]));
    requestCancel(site.workflow, [{ recordId: 1, attempt: 1 }], 'mine');
    expect(listCancelRequests(site.workflow)).toMatchObject([{ jobDir: site.jobDir }]);
    site.workflow.db.exec("update oact_batches set stopped_at = 'now', same_error = 'x'");
    expect(listReleasable(site.workflow)).toMatchObject([{ jobDir: site.jobDir }]);
    expect(existsSync(site.jobDir)).toBe(true);
    expect(await findRunDir(site.jobRoot, 'camp/jobs/job_1', 1)).toBe(site.jobDir);
  });
});
