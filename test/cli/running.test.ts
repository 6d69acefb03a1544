import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { describeScf, describeSigns, listProgress } from '../../cli/status/render-progress.ts';
import { renderRunning } from '../../cli/status/render-running.ts';
import { summarizeRunning } from '../../cli/status/summarize-running.ts';
import type { KnownConsumer } from '../../core/progress/consumer-registry.ts';
import type { JobProgress } from '../../core/progress/job-progress.ts';
import { anOptimization } from './a-progress.ts';

const now = new Date('2026-11-22T12:00:00.000Z');
const ago = (seconds: number): string => new Date(now.getTime() - seconds * 1000).toISOString();
const fresh = anOptimization(ago(9));
const stalled = { ...fresh, silentSeconds: 760, stalledSince: ago(750) };

function aConsumer(
  node: string,
  jobs: KnownConsumer['jobs'],
  changes: Partial<KnownConsumer> = {},
): KnownConsumer {
  const known = {
    id: node,
    node,
    allocationId: null,
    reads: 2,
    pid: 17,
    slots: 24,
    busy: jobs.length,
    reason: null,
    why: null,
  };
  const times = { startedAt: ago(9999), seenAt: ago(3), endsAt: null, drainRequestedAt: null };
  return { ...known, ...times, state: 'running', jobs, ...changes };
}
const aJob = (
  id: number,
  startedAt: string,
  progress: JobProgress | null,
): KnownConsumer['jobs'][number] => ({
  jobId: `c${id}-a1`,
  formula: 'UO2',
  slot: id % 24,
  startedAt,
  progress,
});

describe('what a person must know', () => {
  const scf = { number: 7, iteration: 12, limit: 300, energyChange: -1.23e-5, converged: null };
  const guess = { ...fresh, phase: 'heavy-atom guess', element: 'U', scf: null, optimization: null } as const;
  it.each<[string, JobProgress]>([
    ['', fresh],
    ['', { ...fresh, seenAt: ago(30) }],
    ['as of 31s ago', { ...fresh, seenAt: ago(31) }],
    ['silent for 1m30s', { ...fresh, silentSeconds: 90 }],
    ['stalled for 12m30s: no output, no CPU', stalled],
    ['stalled for 12m30s: no output, no CPU; as of 1m00s ago', { ...stalled, seenAt: ago(60) }],
    ['25 % done', { ...fresh, share: { done: 0.25, of: 'run' } }],
    ['25 % of the displacements', { ...fresh, share: { done: 0.25, of: 'displacements' } }],
    ['', { ...fresh, phase: 'done', share: { done: 1, of: 'run' } }],
    // The clock of its node is ahead.
    ['stalled for 0.0s: no output, no CPU', { ...stalled, seenAt: ago(-5), stalledSince: ago(-5) }],
  ])('%s', (text, progress) => expect(describeSigns(progress, now)).toBe(text));

  it.each([
    ['12, ΔE -1.2e-5', scf],
    ['1', { ...scf, iteration: 1, energyChange: null }],
    ['converged after 12', { ...scf, converged: true }],
    ['not converged after 12', { ...scf, converged: false }],
  ])('of an SCF: %s', (text, state) => {
    expect(describeScf({ scf: state })).toBe(text);
  });

  it('of a guess: its element, and no empty lines', () => {
    expect(listProgress({ ...guess, busyCores: null, silentSeconds: 61 }, now)).toEqual([
      ['phase', 'heavy-atom guess (U); silent for 1m01s'],
    ]);
  });
});

describe('the running jobs', () => {
  it('that stall come first, then the slowest; the others are counted', () => {
    const young = Array.from({ length: 20 }, (_, index) => aJob(100 + index, ago(60 + index), fresh));
    const consumers = [
      aConsumer('n1', [aJob(1, ago(50), stalled), ...young]),
      aConsumer('n2', [aJob(2, ago(7200), { ...fresh, phase: 'gradient' }), aJob(3, ago(30), null)]),
    ];
    const summary = summarizeRunning(consumers);
    expect(summary).toMatchObject({
      total: 23,
      stalled: 1,
      phases: { SCF: 21, gradient: 1, unknown: 1 },
    });
    expect(summary.jobs.map(({ recordId }) => recordId)).toEqual([
      1, 2, 119, 118, 117, 116, 115, 114, 113, 112,
    ]);
    const lines = stripVTControlCharacters(renderRunning(summary, now).join('\n')).split('\n');
    expect(lines[0]).toBe('jobs      21 SCF, 1 gradient, 1 unknown; 1 stalled');
    expect(
      lines
        .find((line) => /^ +1 /.test(line))
        ?.trim()
        .split(/\s{2,}/),
    ).toEqual([
      '1',
      'UO2',
      'n1',
      '1',
      '50s',
      'SCF',
      '7 of at most 50',
      'MAX 2.1e-3 (target 3.0e-4)',
      '12, ΔE -1.2e-5',
      'stalled for 12m30s: no output, no CPU',
    ]);
    expect(lines).toContain('… and 13 more, started later; oact consumer list --json shows all');
    expect(lines.length).toBeLessThan(20);
  });

  it('of a consumer that fell silent are still shown, of one that ended they are not, and none twice', () => {
    const consumers = [
      aConsumer('n1', [aJob(1, ago(900), fresh), aJob(2, ago(900), fresh)], {
        state: 'silent',
        seenAt: ago(600),
      }),
      aConsumer('n2', [aJob(1, ago(60), null)]),
      aConsumer('n3', [aJob(3, ago(60), fresh)], { state: 'ended' }),
    ];
    for (const order of [consumers, consumers.toReversed()]) {
      const { jobs } = summarizeRunning(order);
      expect(jobs.map(({ jobId, node }) => `${jobId} ${node}`)).toEqual(['c2-a1 n1', 'c1-a1 n2']);
    }
  });

  it('are not mentioned when there are none', () => {
    expect(renderRunning(summarizeRunning([aConsumer('n1', [])]), now)).toEqual([]);
  });
});
