import { describe, expect, it } from 'vitest';
import { type JobView, type QueuedJob, renderJob } from '../../cli/job/render-job.ts';
import { anOptimization } from './a-progress.ts';
import type { AttemptView } from '../../workflow/lookup/show-record.ts';
import { noResults } from '../workflow/no-results.ts';

const attempt: AttemptView = {
  ...noResults,
  attempt: 1,
  jobId: 'c17-a1',
  batchId: 1,
  retryOf: null,
  retryReason: null,
  notBefore: null,
  avoidNodes: [],
  remedies: [],
  notRetried: null,
  queuedAt: '2026-11-22T09:00:00.000Z',
  settledAt: '2026-11-22T10:00:00.000Z',
  outcome: 'failed',
  class: 'scf_not_converged',
  reason: 'SCF NOT CONVERGED AFTER 125 CYCLES',
  node: 'n3',
  allocationId: '4711',
  slot: 2,
  cores: null,
  startedAt: '2026-11-22T09:30:00.000Z',
  finishedAt: '2026-11-22T09:50:00.000Z',
  elapsedSeconds: 1200,
  program: 'orca 6.1.0',
  warnings: [],
  starts: 2,
  lost: 1,
  handedBack: 0,
  faults: 0,
};
const open: AttemptView = {
  ...attempt,
  attempt: 2,
  jobId: 'c17-a2',
  settledAt: null,
  outcome: null,
  class: null,
  reason: null,
  node: null,
  slot: null,
  startedAt: null,
  finishedAt: null,
  elapsedSeconds: null,
  starts: null,
  lost: null,
  handedBack: null,
  faults: null,
};
const live: QueuedJob = {
  jobId: 'c17-a2',
  state: 'active',
  node: 'n5',
  since: '2026-11-22T11:00:00.000Z',
  lastFault: null,
  counts: { starts: 4, lost: 1, handedBack: 2, faults: 0 },
  slot: 5,
  progress: null,
};
const view: JobView = {
  id: 17,
  name: 'UCl4-7',
  source: 'wave2.csv:17',
  origIndex: 3,
  elements: 'U;O;O',
  status: 'running',
  failCount: 1,
  charge: 2,
  multiplicity: 1,
  jobDir: '/shared/jobs/job_17',
  errorMessage: 'SCF NOT CONVERGED AFTER 125 CYCLES',
  finalEnergyHartree: null,
  maxForces: null,
  scfCycles: null,
  wallTimeSeconds: null,
  ranks: null,
  attempts: [attempt, open],
  corrections: [],
  queue: live,
};

/** Cells of a line of the table, by two spaces between them. */
const cells = (text: string, start: string): string[] =>
  (text.split('\n').find((line) => line.trimStart().startsWith(start)) ?? '').trim().split(/\s{2,}/);

describe('renderJob', () => {
  it('shows the row, each attempt with its counts, and where the open one is', () => {
    const text = renderJob(view);
    expect(text).toContain('record        17  UCl4-7');
    expect(text).toContain('source        wave2.csv:17, orig_index 3');
    expect(text).toContain('queue         c17-a2 is active on n5 since 2026-11-22T11:00:00.000Z');
    expect(cells(text, '1  failed')).toEqual([
      '1',
      'failed',
      'scf_not_converged',
      'n3',
      '2',
      '2026-11-22T09:30:00.000Z',
      '20m00s',
      '2',
      '1',
      '0',
      '0',
      'SCF NOT CONVERGED AFTER 125 CYCLES',
    ]);
    expect(cells(text, '2  active')).toEqual([
      '2',
      'active',
      '–',
      'n5',
      '5',
      '–',
      '–',
      '4',
      '1',
      '2',
      '0',
      '–',
    ]);
  });

  it('says that Redis is away, and shows the attempt as open', () => {
    const text = renderJob({ ...view, queue: { error: 'not reachable: Redis does not answer' } });
    expect(text).toContain('queue         not reachable: Redis does not answer');
    expect(cells(text, '2  open').slice(7)).toEqual(['–', '–', '–', '–', '–']);
  });

  it('shows how far the running attempt is', () => {
    const now = new Date('2026-11-22T11:20:00.000Z');
    const lines = renderJob(
      { ...view, queue: { ...live, progress: anOptimization('2026-11-22T11:19:50.000Z') } },
      now,
    ).split('\n');
    const first = lines.findIndex((line) => line.startsWith('queue'));
    expect(lines.slice(first, first + 6)).toEqual([
      'queue         c17-a2 is active on n5 since 2026-11-22T11:00:00.000Z',
      'phase         SCF',
      'cycle         7 of at most 50',
      'convergence   MAX gradient 2.1e-3 (target 3.0e-4), RMS gradient 9.0e-4 (target 1.0e-4), energy change -1.2e-4 (target 5.0e-6)',
      'SCF           number 7: iteration 12, ΔE -1.2e-5',
      'CPU           7.9 cores busy',
    ]);
  });

  it('names the last fault and the last node of a job that waits', () => {
    const queue = { ...live, state: 'delayed', lastFault: 'ENOSPC' };
    expect(renderJob({ ...view, queue })).toContain(
      'c17-a2 is delayed, last on n5 at 2026-11-22T11:00:00.000Z; last fault: ENOSPC',
    );
  });

  it('shows a record that was never tried', () => {
    const text = renderJob({ ...view, attempts: [], queue: null });
    expect(text).toContain('No attempt yet.');
    expect(text).not.toContain('queue');
  });

  it('names the program and what it warned of', () => {
    const warning = 'computed by NWChem 7.0.2 (B3LYP), not by ORCA';
    const other = { ...attempt, program: 'nwchem 7.0.2', warnings: [warning] };
    const text = renderJob({ ...view, queue: null, attempts: [other] });
    expect(text).toContain('\nprogram       nwchem 7.0.2\n');
    expect(text.split('\n').at(-1)).toBe(`attempt 1, warning: ${warning}`);
    expect(renderJob(view)).toContain('\nprogram       orca 6.1.0\n');
  });

  it('says what an attempt did not have to compute again', () => {
    const from = 'attempt-1/run-1-0fa1b2c3';
    const show = (changes: Partial<AttemptView>): string =>
      renderJob({ ...view, queue: null, attempts: [{ ...attempt, restartedFrom: from, ...changes }] });
    expect(
      show({ earlierSeconds: 5400, earlierOptimizationCycles: 7, earlierScfCycles: 98 }).split('\n').at(-1),
    ).toBe(
      'attempt 1 resumed from attempt-1/run-1-0fa1b2c3, after 7 optimisation cycles and 98 SCF cycles: 1h30m saved',
    );
    expect(
      show({ earlierSeconds: 60, earlierOptimizationCycles: 0, earlierScfCycles: 0 }).split('\n').at(-1),
    ).toBe('attempt 1 resumed from attempt-1/run-1-0fa1b2c3: 1m00s saved');
  });
});
