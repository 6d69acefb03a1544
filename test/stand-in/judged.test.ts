import { describe, expect, it, test } from 'vitest';
import { judgeRun } from '../../consumer/run/judge-run.ts';
import type { Outcome } from '../../core/job/outcome.ts';
import type { Metrics } from '../../core/job/result.ts';
import { failureClasses as knownClasses, rowOf } from '../../orca/failures/catalogue.ts';
import { failureClasses } from '../../stand-in/failures/failure-categories.ts';
import { runStandIn } from './run-stand-in.ts';
import { aGradientInput } from './sample-inputs.ts';

const input = aGradientInput({ words: 'Opt', processCount: 2 });

/** The stand-in runs an optimisation with this order; what our judge says of it. */
async function judged(
  order: string,
  version = '6.1.0',
): Promise<{ outcome: Outcome; metrics: Metrics; classOrOutcome: string; out: string }> {
  const env = { OACT_STANDIN_FAIL: order, OACT_STANDIN_VERSION: version };
  const run = await runStandIn({ input, env });
  const ending = { kind: 'exited' as const, exitCode: run.code, signal: run.signal };
  const verdict = await judgeRun(run.directory, 'optimization', ending, 3600);
  const { outcome } = verdict;
  return {
    ...verdict,
    classOrOutcome: outcome.kind === 'failed' ? outcome.class : outcome.kind,
    out: run.out,
  };
}

/** What oact decides before and behind ORCA, by its own settings. */
const outsideOrca = [
  'input_structure',
  'input_recipe',
  'timed_out',
  'output_too_large',
  'doubtful_result',
  'unknown',
];

it('can be told to fail in every way that is told apart', () => {
  const known = knownClasses.filter(
    (name) => (rowOf(name).leavesResult || name === 'interrupted') && !outsideOrca.includes(name),
  );
  expect(failureClasses.toSorted()).toEqual(known.toSorted());
});

describe.each(['4.2.1', '5.0.4', '6.1.0'])('the words of ORCA %s', (version) => {
  test.concurrent.each(failureClasses)('%s is judged as such', async (ordered) => {
    expect((await judged(ordered, version)).classOrOutcome).toBe(ordered);
  });
});

describe.concurrent('an order with a moment', () => {
  test('an SCF that fails at the third geometry leaves two behind it', async () => {
    const { classOrOutcome, metrics } = await judged('scf_not_converged@cycle:3');
    expect([classOrOutcome, metrics.optimizationCycles]).toEqual(['scf_not_converged', 3]);
    expect(metrics.scfCyclesOfEach).toHaveLength(2);
  });

  test('a module crashes at the fourth row', async () => {
    const { classOrOutcome, out } = await judged('crash_module@iter:4');
    expect(classOrOutcome).toBe('crash_module');
    expect(out).toMatch(/\n {4}3 {4}-\d/);
    expect(out).not.toMatch(/\n {4}4 {4}-\d/);
  });

  test('no step is found at the second geometry', async () => {
    const { classOrOutcome, metrics } = await judged('opt_step_failed@cycle:2');
    expect([classOrOutcome, metrics.optimizationCycles]).toEqual(['opt_step_failed', 2]);
  });
});

describe.concurrent('odd runs', () => {
  test.each([
    ['crlf', 'completed'],
    ['nonutf8', 'completed'],
    ['slow_disk', 'completed'],
    ['append', 'completed'],
    ['huge', 'completed'],
    ['stderr_flood', 'completed'],
    ['rc137_but_ok', 'completed'],
    ['truncated_gbw', 'killed_midrun'],
    ['unstable', 'completed'],
  ])('%s is judged %s', async (ordered, expected) => {
    const { classOrOutcome, metrics } = await judged(ordered);
    expect(classOrOutcome).toBe(expected);
    const plain = await judged('');
    expect(metrics.finalEnergyHartree).toBe(
      expected === 'completed' ? plain.metrics.finalEnergyHartree : null,
    );
  });

  test.each([
    ['mpi5_killed', 'oom_killed'],
    ['hydra_killed', 'oom_killed'],
    ['slurm_layout', 'env_missing'],
    ['shm_full', 'disk_full'],
    ['appended_attempt', 'env_missing'],
  ])('%s is judged %s', async (ordered, expected) => {
    expect((await judged(ordered)).classOrOutcome).toBe(expected);
  });

  test('an unstable wave function is a warning', async () => {
    expect((await judged('unstable')).metrics.warnings).toEqual([expect.stringMatching(/^unstable: /)]);
  });

  test('an energy of zero is no result', async () => {
    expect((await judged('zero_energy')).classOrOutcome).toBe('result_missing');
  });

  test('an end mark of an earlier run does not save one that is killed', async () => {
    const env = { OACT_STANDIN_FAIL: 'killed_midrun', OACT_STANDIN_SECONDS: '0.05' };
    const old = await runStandIn({ input });
    const run = await runStandIn({ input, env, directory: old.directory, appends: true });
    expect(run.out).toContain('****ORCA TERMINATED NORMALLY****');
    const ending = { kind: 'exited' as const, exitCode: null, signal: 'SIGKILL' };
    const { outcome } = await judgeRun(run.directory, 'optimization', ending, 3600);
    expect(outcome).toMatchObject({ kind: 'failed', class: 'killed_midrun' });
  });
});
