import { describe, expect, it } from 'vitest';
import { explainJob } from '../../../../cli/job/explain/explain-job.ts';
import { failureClasses, rowOf } from '../../../../orca/failures/catalogue.ts';
import { anOptimization } from '../../a-progress.ts';
import { type Changes, before, ended, facts, failed, now, onQueue, running } from './a-job.ts';

describe('explainJob, of a job that runs or has ended', () => {
  it.each<[string, Changes, string, RegExp, RegExp]>([
    ['starts', onQueue({ state: 'active' }), 'running', /about to start/, /oact job tail 17 -f/],
    [
      'runs',
      onQueue({ state: 'active', running: { ...running, progress: anOptimization(before(3)) } }),
      'running',
      /runs on n7, slot 2, for 10m00s: SCF, cycle 7 of at most 50, SCF iteration 12/,
      /oact job tail 17 -f/,
    ],
    [
      'stalls',
      onQueue({
        state: 'active',
        running: { ...running, progress: { ...anOptimization(before(3)), stalledSince: before(3600) } },
      }),
      'stalled',
      /used no CPU for 1h00m/,
      /oact job tail/,
    ],
    [
      'has a silent consumer',
      onQueue({ state: 'active', running: { ...running, isSilent: true } }),
      'lost',
      /n7.*is silent.*within 15m00s/,
      /oact consumer list/,
    ],
    [
      'runs again',
      onQueue({ state: 'active', running }, { attempt: 2, retryOf: 1, retryReason: 'SCF did not converge' }),
      'running',
      /attempt 2, because SCF did not converge/,
      /tail/,
    ],
    [
      'failed for good',
      failed({ notRetried: 'it was tried 3 times' }),
      'failed',
      /on n3 after 20m00s, because the SCF did not converge \(scf_not_converged\): its words.*oact does not retry it: it was tried 3 times.*Check charge/,
      /oact job cat 17\noact requeue --ids 17/,
    ],
    [
      'failed of its input',
      failed({ class: 'input_keyword' }),
      'failed',
      /does not know a keyword.*Correct the recipe/,
      /oact job input 17\noact requeue/,
    ],
    [
      'failed of memory',
      failed({ class: 'oom_killed' }),
      'failed',
      /because of its memory.*--cores-per-slot/,
      /^oact requeue --ids 17$/,
    ],
    [
      'failed at the cap',
      failed({ class: 'oom_killed' }, { maxFailCount: 1 }),
      'failed',
      /as often as job.maxFailCount allows/,
      /^oact requeue --ids 17 --reset-fail-count$/,
    ],
    [
      'failed and is marked',
      failed({ class: 'oom_killed' }, { marker: 'Blocked by a marker' }),
      'failed',
      /Blocked by a marker/,
      /^oact requeue --ids 17 --unblock$/,
    ],
    ['failed of a new class', failed({ class: 'of_tomorrow' }), 'failed', /of_tomorrow/, /oact job cat 17/],
    [
      'timed out',
      failed({ outcome: 'timed_out', class: null }, { record: { status: 'timeout' } }),
      'timed_out',
      /reached its time limit.*--job-timeout/,
      /oact requeue --ids 17/,
    ],
    [
      'was judged by another tool',
      { record: { status: 'failed', errorMessage: 'aborting the run' } },
      'failed',
      /Another tool.*aborting the run/,
      /oact requeue --ids 17/,
    ],
    [
      'is completed',
      {
        record: {
          status: 'completed',
          finalEnergyHartree: -626.6,
          attempts: [{ ...ended, outcome: 'completed', class: null, warnings: ['a large gradient'] }],
        },
      },
      'completed',
      /attempt 1 on n3 after 20m00s. Its energy is -626.6 Eh. Warning: a large gradient/,
      /oact job cat 17/,
    ],
  ])('of a record that %s', (_, changes, state, words, commands) => {
    const explanation = explainJob(facts(changes), now);
    expect(explanation.state).toBe(state);
    expect(explanation.text.join(' ')).toMatch(words);
    expect(explanation.next.join('\n')).toMatch(commands);
    expect(explanation.text.join(' ')).not.toMatch(/undefined|null|NaN|\.\./);
  });
});

it('every class has a cure, and one that nobody knows, too', () => {
  for (const name of failureClasses) expect(rowOf(name).cure).toMatch(/\.$/);
  expect(rowOf('of_tomorrow').command).toBe('oact job cat ID');
});
