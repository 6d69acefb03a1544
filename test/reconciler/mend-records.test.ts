import { describe, expect, it } from 'vitest';
import { createJobDirFinder } from '../../cli/campaign/find-job-dirs.ts';
import { judgeOutput } from '../../consumer/files/judge-output.ts';
import { finishPublishing } from '../../consumer/files/publish-result.ts';
import { mendRecords } from '../../reconciler/mend-records.ts';
import type { RecoveryStep } from '../../reconciler/recover-report.ts';
import { claimJobs } from '../../workflow/attempts/claim-jobs.ts';
import { requeueRecords } from '../../workflow/attempts/requeue-records.ts';
import { settleJobs } from '../../workflow/attempts/settle-jobs.ts';
import { converged, endMarker, head } from '../orca/an-output.ts';
import { aResult, readRow } from '../workflow/sample-workflow.ts';
import { aSite, type Site } from './a-site.ts';

const failed = {
  kind: 'failed',
  class: 'scf_not_converged',
  reason: 'SCF said no',
  retryable: false,
} as const;
const good = `${[...head(), ...converged, ...endMarker].join('\n')}\n`;
const longAgo = '2020-01-01T00:00:00Z';

async function mend(site: Site, looksAt: number | null = null, isDryRun = false): Promise<RecoveryStep[]> {
  const steps: RecoveryStep[] = [];
  await mendRecords(
    site.workflow,
    { jobDirOf: createJobDirFinder(site.jobRoot, 'job_{id}'), judgeOutput, hasOwnDirs: true },
    {
      campaignId: site.workflow.campaignId,
      isDryRun,
      signal: new AbortController().signal,
      onStep: (step) => void steps.push(step),
      onProgress: () => undefined,
      finishFiles: finishPublishing,
    },
    looksAt,
  );
  return steps;
}

function settle(site: Site, recordId: number, outcome: typeof failed | { kind: 'completed' }): void {
  claimJobs(site.workflow, { ids: [recordId], batchId: 1 });
  const result = aResult(recordId, 1, { campaignId: site.workflow.campaignId, outcome });
  settleJobs(site.workflow, [{ recordId, attempt: 1, outcome, result }]);
}

describe('what the dashboard changed of records at rest', () => {
  it('is restored from the newest attempt, once', async () => {
    const site = aSite(3);
    settle(site, 1, failed);
    settle(site, 2, { kind: 'completed' });
    for (const id of [1, 2, 3]) site.set(id, `status = 'running'`);
    site.write(1, 'orca.out', 'no word that it knows', longAgo);
    expect(await mend(site, null, true)).toHaveLength(2);
    expect(readRow(site.workflow, 1)).toMatchObject({ status: 'running' });
    expect(await mend(site)).toMatchObject([
      {
        recordId: 1,
        kind: 'restored',
        outcome: 'failed',
        reason: expect.stringContaining('running → failed'),
      },
      { recordId: 2, kind: 'restored', outcome: 'completed' },
    ]);
    expect(readRow(site.workflow, 1)).toMatchObject({
      status: 'failed',
      error_message: 'SCF said no',
      fail_count: 1,
    });
    expect(readRow(site.workflow, 2)).toMatchObject({ status: 'completed', final_energy: -626.605298577892 });
    // Nobody of oact ever had it: a script of the existing system may run it.
    expect(readRow(site.workflow, 3)).toMatchObject({ status: 'running' });
    expect(await mend(site)).toEqual([]);
  });

  it('waits again when oact wanted it run again', async () => {
    const site = aSite(1);
    settle(site, 1, failed);
    requeueRecords(site.workflow, [{ id: 1, status: 'failed' }], { resetFailCount: false });
    site.set(1, `status = 'running'`);
    expect(await mend(site)).toMatchObject([
      { recordId: 1, outcome: null, reason: expect.stringContaining('to_run') },
    ]);
    expect(readRow(site.workflow, 1)).toMatchObject({ status: 'to_run' });
  });

  it('is left to whoever has written there since', async () => {
    const site = aSite(1);
    settle(site, 1, failed);
    site.set(1, `status = 'running'`);
    site.write(1, 'orca.inp', '! B3LYP');
    expect(await mend(site)).toEqual([]);
    expect(readRow(site.workflow, 1)).toMatchObject({ status: 'running' });
  });
});

describe('completed records without numbers', () => {
  it('get them from a published result that an older oact took for stale', async () => {
    const site = aSite(1);
    claimJobs(site.workflow, { ids: [1], batchId: 1 });
    const result = aResult(1, 1, { campaignId: site.workflow.campaignId });
    site.write(1, 'attempt-1/result.json', JSON.stringify(result));
    site.workflow.db.exec(`
      update structures set status = 'completed';
      update oact_attempts set settled_at = '2026-11-22T10:04:00.000Z', outcome = 'stale'`);
    expect(await mend(site)).toMatchObject([
      {
        recordId: 1,
        kind: 'restored',
        outcome: 'completed',
        reason: expect.stringContaining('numbers filled in'),
      },
    ]);
    expect(readRow(site.workflow, 1)).toMatchObject({
      final_energy: -626.605298577892,
      max_forces: 0.000137424,
      scf_steps: 128,
      wall_time: 195.373,
      n_cores: 4,
    });
  });

  it('get them from the attempt when the files are gone', async () => {
    const site = aSite(1);
    settle(site, 1, { kind: 'completed' });
    site.set(1, 'final_energy = null, max_forces = null, scf_steps = null');
    await mend(site);
    expect(readRow(site.workflow, 1)).toMatchObject({ final_energy: -626.605298577892, scf_steps: 128 });
  });

  it('get them from an output of another tool, page after page', async () => {
    const site = aSite(5);
    for (const id of [1, 2, 3, 4, 5]) {
      site.write(id, 'orca.out', good, longAgo);
      site.set(id, `status = 'completed'`);
    }
    const energies = (): unknown[] => [1, 2, 3, 4, 5].map((id) => readRow(site.workflow, id)['final_energy']);
    expect(await mend(site, 2)).toMatchObject([{ recordId: 1, kind: 'adopted_run' }, { recordId: 2 }]);
    expect(await mend(site, 2)).toMatchObject([{ recordId: 3 }, { recordId: 4 }]);
    expect(await mend(site, 2)).toMatchObject([{ recordId: 5 }]);
    expect(energies()).toEqual(energies().map(() => expect.any(Number)));
    expect(await mend(site, 2)).toEqual([]);
  });
});
