import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { rowOf } from '../../orca/failures/catalogue.ts';
import { renderStops } from '../../cli/serve/stop-node.ts';
import { chooseOutputs } from '../../reconciler/find-evidence.ts';
import { recordBatch } from '../../workflow/attempts/batches.ts';
import { claimJobs } from '../../workflow/attempts/claim-jobs.ts';
import type { Stops } from '../../workflow/attempts/note-endings.ts';
import { settleJobs } from '../../workflow/attempts/settle-jobs.ts';
import { converged, endMarker, footer, head } from '../orca/an-output.ts';
import { listAttempts } from '../workflow/list-attempts.ts';
import { aResult, readRow } from '../workflow/sample-workflow.ts';
import { aSite } from './a-site.ts';

const good = `${[...head(), ...converged, ...endMarker].join('\n')}\n`;
const bad = `${[...head(), 'SCF NOT CONVERGED AFTER 125 CYCLES', ...footer].join('\n')}\n`;
const unfinished = `${[...head(), ...converged].join('\n')}\n`;
const notConverged = { kind: 'failed', class: 'scf_not_converged', reason: 'no', retryable: true } as const;

const longAgo = '2020-01-01T00:00:00Z';
/** As the existing system claims a row. */
const claimedByOthers = "status = 'running', updated_at = '2025-06-01 00:00:00'";
const afterClaim = '2025-06-01T01:00:00Z';

describe('runs of the existing system', () => {
  it.each([
    ['orca.out', good],
    ['flux-f23abc.out', good],
    ['slurm.out', good],
    ['orca.out.gz', gzipSync(good)],
    ['logs', good],
  ])('a finished %s completes a row that runs, and one that waits', async (name, content) => {
    const site = aSite(2);
    site.write(1, name, content, afterClaim);
    site.set(1, `${claimedByOthers}, worker_id = '4711', error_message = 'old', fail_count = 2`);
    site.write(2, name, content, longAgo);
    const steps = await site.recover();
    expect(steps).toMatchObject([
      { recordId: 1, kind: 'adopted_run', attempt: 1, outcome: 'completed', reason: `adopted from ${name}` },
      { recordId: 2, kind: 'adopted_run', attempt: 1, outcome: 'completed' },
    ]);
    for (const recordId of [1, 2])
      expect(readRow(site.workflow, recordId)).toMatchObject({
        status: 'completed',
        final_energy: -814.123456789012,
        max_forces: 0.0125,
        scf_steps: 17,
        wall_time: 12.475,
        error_message: null,
        worker_id: null,
      });
    expect(readRow(site.workflow, 1)).toMatchObject({ fail_count: 2 });
    expect(listAttempts(site.workflow, 1)).toMatchObject([
      {
        jobId: 'c1-a1',
        outcome: 'completed',
        reason: `adopted from ${name}`,
        node: null,
        finalEnergyHartree: -814.123456789012,
        finishedAt: '2025-06-01T01:00:00.000Z',
        program: 'orca 6.1.0',
      },
    ]);
    expect(await site.recover()).toEqual([]);
  });

  it('a failure counts for the row that runs, without a charge; a row that waits was reset to be run again', async () => {
    const site = aSite(3);
    for (const recordId of [1, 2]) site.write(recordId, 'orca.out', bad, afterClaim);
    site.set(1, claimedByOthers);
    site.write(3, 'orca.out', bad, longAgo);
    site.set(3, claimedByOthers);
    expect(await site.recover()).toMatchObject([
      { recordId: 1, kind: 'adopted_run', outcome: 'failed' },
      { recordId: 3, kind: 'left', reason: expect.stringContaining('before the row was claimed') },
    ]);
    expect(readRow(site.workflow, 1)).toMatchObject({
      status: 'failed',
      fail_count: 0,
      error_message: expect.stringContaining('SCF NOT CONVERGED'),
    });
    expect(readRow(site.workflow, 2)).toMatchObject({ status: 'to_run' });
    expect(readRow(site.workflow, 3)).toMatchObject({ status: 'running' });
  });

  it('what may still run, has no output or cannot be judged is left and named', async () => {
    const site = aSite(6);
    site.write(1, 'orca.out', unfinished);
    site.write(2, 'orca.inp', '! x');
    site.write(3, 'orca.out.gz', 'no gzip');
    site.write(4, 'run_sella.py', '');
    site.write(4, 'orca.out', good);
    site.write(5, 'orca_atom92.out', good);
    for (let recordId = 1; recordId <= 6; recordId += 1) site.set(recordId, claimedByOthers);
    expect((await site.recover()).map(({ recordId, kind, reason }) => [recordId, kind, reason])).toEqual([
      [1, 'left', expect.stringContaining('it may still run')],
      [2, 'left', expect.stringContaining('--recover-orphans')],
      [3, 'left', expect.stringContaining('cannot be read')],
      [4, 'left', expect.stringContaining('Sella')],
      [5, 'left', expect.stringContaining('no output')],
      [6, 'left', expect.stringContaining('is unknown')],
    ]);
    for (let recordId = 1; recordId <= 6; recordId += 1)
      expect(readRow(site.workflow, recordId)).toMatchObject({ status: 'running' });
  });

  it('a newer file of a scheduler does not hide the output', async () => {
    const site = aSite(1);
    site.write(1, 'orca.out', good, longAgo);
    site.write(1, 'slurm.out', 'slurmstepd: Error: something\n');
    expect(await site.recover()).toMatchObject([{ outcome: 'completed', reason: 'adopted from orca.out' }]);
  });

  it('a directory that two records of one orig_index share says nothing about either', async () => {
    const site = aSite(2);
    site.set(2, 'orig_index = 0');
    mkdirSync(join(site.jobRoot, 'job_0'));
    writeFileSync(join(site.jobRoot, 'job_0', 'orca.out'), good);
    const steps = await site.recover({ pattern: 'job_{orig_index}' });
    expect(steps.map(({ kind }) => kind)).toEqual(['left', 'left']);
    expect(readRow(site.workflow, 1)).toMatchObject({ status: 'to_run' });
  });

  it('is found by the pattern when the database knows no directory, and the database learns of it', async () => {
    const site = aSite(2);
    mkdirSync(join(site.jobRoot, 'job_1'));
    writeFileSync(join(site.jobRoot, 'job_1', 'orca.out'), good);
    expect(await site.recover({ pattern: '{formula}_{id}' })).toEqual([]);
    expect(await site.recover()).toMatchObject([{ recordId: 1, outcome: 'completed' }]);
    expect(readRow(site.workflow, 1)).toMatchObject({ job_dir: join(site.jobRoot, 'job_1') });
  });
});

describe('what oact itself left', () => {
  it('a result that a restored database does not know becomes its attempt, charged once', async () => {
    const site = aSite(3);
    const { campaignId } = site.workflow;
    const publish = (recordId: number, attempt: number, changes: object): void =>
      site.write(
        recordId,
        `attempt-${attempt}/result.json`,
        JSON.stringify(aResult(recordId, attempt, { campaignId, ...changes })),
      );
    publish(1, 1, { outcome: notConverged });
    publish(1, 2, {});
    publish(2, 1, { outcome: notConverged });
    site.set(2, "status = 'running'");
    publish(3, 1, { campaignId: 'ffffffff' });
    expect(await site.recover()).toMatchObject([
      { recordId: 1, kind: 'adopted_result', attempt: 2, outcome: 'completed' },
      { recordId: 2, kind: 'adopted_result', attempt: 1, outcome: 'failed' },
    ]);
    expect(readRow(site.workflow, 1)).toMatchObject({ status: 'completed', final_energy: -626.605298577892 });
    expect(readRow(site.workflow, 2)).toMatchObject({ status: 'failed', fail_count: 1, error_message: 'no' });
    expect(readRow(site.workflow, 3)).toMatchObject({ status: 'to_run' });
    expect(listAttempts(site.workflow, 2)).toMatchObject([
      { node: 'node7', slot: 3, reason: 'adopted from attempt-1/result.json: no' },
    ]);
    expect(await site.recover()).toEqual([]);
    expect(readRow(site.workflow, 2)).toMatchObject({ fail_count: 1 });
  });

  it('failures that are all alike and lie on one node stop that node', async () => {
    const site = aSite(3);
    claimJobs(site.workflow, { ids: [1, 2, 3], batchId: recordBatch(site.workflow, { recipe: 'omol' }) });
    const { campaignId } = site.workflow;
    for (const recordId of [1, 2, 3])
      site.write(
        recordId,
        'attempt-1/result.json',
        JSON.stringify(aResult(recordId, 1, { campaignId, outcome: notConverged })),
      );
    const heard: Stops[] = [];
    const afterFailure = { decideRetry: null, stopAfter: 3, isOneMachine: false, rulesOf: rowOf };
    await site.recover({ afterFailure, onStops: (stops) => void heard.push(stops) });
    expect(heard).toMatchObject([{ batches: [], nodes: [{ node: 'node7', endings: 3 }] }]);
    const [stops = { batches: [], nodes: [] }] = heard;
    expect(renderStops(stops, true)).toEqual([expect.stringMatching(/^node stopped: .* on node7 with/)]);
    expect(renderStops(stops, false).join()).toMatch(/^node not stopped.*oact consumer drain node7$/);
  });

  it('an open attempt whose result is published is settled from disk, and its files come up', async () => {
    const site = aSite(3);
    claimJobs(site.workflow, { ids: [1, 2, 3], batchId: 1 });
    const { campaignId } = site.workflow;
    site.write(
      1,
      'attempt-1/result.json',
      JSON.stringify(aResult(1, 1, { campaignId, outcome: notConverged })),
    );
    site.write(2, 'attempt-1/result.json', JSON.stringify(aResult(3, 1, { campaignId })));
    site.write(3, 'attempt-1/result.json', '{"v":');
    expect(await site.recover()).toMatchObject([{ recordId: 1, kind: 'settled', outcome: 'failed' }]);
    expect(readRow(site.workflow, 1)).toMatchObject({ status: 'failed', fail_count: 1 });
    for (const recordId of [2, 3])
      expect(listAttempts(site.workflow, recordId)).toMatchObject([{ settledAt: null }]);
    expect(await site.recover()).toEqual([]);
  });

  it('the link of a running or interrupted job is no finished output', async () => {
    const site = aSite(1);
    site.write(1, 'attempt-1/run-1-abc/orca.out', good);
    symlinkSync('attempt-1/run-1-abc/orca.out', join(site.jobRoot, 'job_1', 'orca.out'));
    expect(readFileSync(join(site.jobRoot, 'job_1', 'orca.out'), 'utf8')).toBe(good);
    expect(await site.recover()).toEqual([]);
    expect(readRow(site.workflow, 1)).toMatchObject({ status: 'to_run' });
  });

  it('the old output of a record that a person reset does not complete it again', async () => {
    const site = aSite(2);
    claimJobs(site.workflow, { ids: [1, 2], batchId: 1 });
    site.write(1, 'orca.out', good);
    site.write(1, 'attempt-1/result.json', JSON.stringify(aResult(1, 1)));
    settleJobs(site.workflow, [{ recordId: 1, attempt: 1, outcome: { kind: 'completed' }, result: null }]);
    site.write(2, 'orca.out', good, longAgo);
    settleJobs(site.workflow, [{ recordId: 2, attempt: 1, outcome: notConverged, result: null }]);
    site.set(1, "status = 'to_run'");
    site.set(2, claimedByOthers);
    expect(await site.recover()).toMatchObject([
      { recordId: 2, kind: 'left', reason: expect.stringContaining('older than its newest attempt') },
    ]);
    expect(readRow(site.workflow, 1)).toMatchObject({ status: 'to_run' });
  });

  it('a run of another tool after ours is the next attempt, past the directories that are taken', async () => {
    const site = aSite(1);
    claimJobs(site.workflow, { ids: [1], batchId: 1 });
    settleJobs(site.workflow, [{ recordId: 1, attempt: 1, outcome: notConverged, result: null }]);
    site.set(1, "status = 'to_run'");
    mkdirSync(join(site.jobRoot, 'job_1', 'attempt-4'), { recursive: true });
    site.write(1, 'orca.out', good, '2999-01-01T00:00:00Z');
    expect(await site.recover()).toMatchObject([{ attempt: 5, outcome: 'completed' }]);
    expect(readRow(site.workflow, 1)).toMatchObject({ status: 'completed', fail_count: 1 });
  });
});

it('a dry run says the same and writes nothing', async () => {
  const site = aSite(2);
  site.write(1, 'orca.out', good);
  site.set(2, claimedByOthers);
  const before = readRow(site.workflow, 1);
  const told = await site.recover({ isDryRun: true });
  expect(told).toHaveLength(2);
  expect(readRow(site.workflow, 1)).toEqual(before);
  expect(listAttempts(site.workflow, 1)).toEqual([]);
  expect(await site.recover()).toEqual(told);
});

it('stops between two pages when it is told to', async () => {
  const site = aSite(1);
  site.write(1, 'orca.out', good);
  expect(await site.recover({ signal: AbortSignal.abort() })).toEqual([]);
  expect(readRow(site.workflow, 1)).toMatchObject({ status: 'to_run' });
});

it.each([
  [
    ['orca.inp', 'orca.out', 'orca_atom92.out', 'slurm.out'],
    ['orca.out', 'slurm.out'],
  ],
  [['logs', 'orca.out.gz', 'orca_atom8.out'], ['orca.out.gz']],
  [['logs', 'orca.err', 'run_atom8.out.gz'], ['logs']],
  [['orca.inp', 'orca.gbw'], []],
])('of %j it looks at %j', (names, expected) => {
  expect(chooseOutputs(names)).toEqual(expected);
});
