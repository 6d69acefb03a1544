import { describe, expect, test } from 'vitest';
import type { Calculation } from '../../../core/job/calculation.ts';
import { outcomeSchema } from '../../../core/job/outcome.ts';
import { metricsSchema } from '../../../core/job/result.ts';
import type { OutputFacts } from '../../../orca/output/output-facts.ts';
import { judge, type Verdict } from '../../../orca/verdict/judge.ts';
import { converged, cycle, endMarker, footer, head, modules, readLines, readText } from '../an-output.ts';

function judgeOutput(
  output: OutputFacts,
  rest: { stderr?: string; runType?: Calculation['runType']; exitCode?: number | null; signal?: string } = {},
): Verdict['outcome'] {
  const { stderr = '', runType = 'gradient', exitCode = 0, signal = null } = rest;
  const { outcome, metrics } = judge({ output, stderr, runType, exitCode, signal });
  // What judge returns travels in a result, so it must pass the door.
  metricsSchema.parse(metrics);
  return outcomeSchema.parse(outcome);
}

const good = [...head(), modules(), ...converged, ...endMarker];
const optimization = [...head('Geometry Optimization Run'), cycle(1), ...converged, cycle(2), ...converged];
const optimizationDone = '                *** OPTIMIZATION RUN DONE ***';
const limitReached =
  '   The optimization did not converge but reached the maximum number of optimization cycles.';

describe('a success', () => {
  test.each([
    ['a gradient run', readLines(good), 'gradient' as const],
    ['an optimisation', readLines(optimization, optimizationDone, endMarker), 'optimization' as const],
    [
      'an optimisation in which an SCF of an earlier cycle failed',
      readLines(head('Geometry Optimization Run'), cycle(1), 'SCF NOT CONVERGED AFTER 125 CYCLES', cycle(2), [
        ...converged,
        optimizationDone,
        ...endMarker,
      ]),
      'optimization' as const,
    ],
    [
      'a failed run with a good one appended',
      readLines(head(), modules(), footer, good),
      'gradient' as const,
    ],
  ])('is %s', (_name, output, runType) => {
    expect(judgeOutput(output, { runType })).toEqual({ kind: 'completed' });
  });

  test('is decided by the text, whatever exit code and stderr say', () => {
    const stderr = 'exited on signal 9 (Killed)\n';
    expect(judgeOutput(readLines(good), { exitCode: 137, stderr })).toEqual({ kind: 'completed' });
  });
});

describe('a normal end is a failure', () => {
  const withoutEnergy = [...head(), modules(), 'SCF CONVERGED AFTER  17 CYCLES'];
  test.each([
    ['without run time', good.slice(0, -1), 'result_missing', /TOTAL RUN TIME/],
    ['without energy', [...withoutEnergy, ...endMarker], 'result_missing', /no FINAL SINGLE POINT ENERGY/],
    [
      'with an energy of 0',
      [...withoutEnergy, 'FINAL SINGLE POINT ENERGY         0.000000000000', ...endMarker],
      'result_missing',
      /is 0/,
    ],
    [
      'with an energy marked as not converged',
      [...head(), 'FINAL SINGLE POINT ENERGY  -1903.83   (Wavefunction not fully converged!)', ...endMarker],
      'scf_not_converged',
      /Wavefunction not fully converged/,
    ],
    [
      'after a last SCF that did not converge',
      [...head(), ...converged, '  *  SCF NOT CONVERGED AFTER 125 CYCLES  *', ...endMarker],
      'scf_not_converged',
      /^SCF NOT CONVERGED AFTER 125 CYCLES$/,
    ],
    [
      'with an energy that no molecule has',
      [...head(), 'FINAL SINGLE POINT ENERGY  -20006124.303127218038', ...endMarker],
      'suspicious_result',
      /not the energy of a molecule/,
    ],
    [
      'of another kind of run',
      [...head('Single Point Calculation'), ...converged, ...endMarker],
      'suspicious_result',
      /asks for 'Energy\+Gradient Calculation', ORCA ran 'Single Point Calculation'/,
    ],
    [
      'of a child run',
      [...head(), ...converged, ...endMarker].map((line) => line.replace('orca.inp', 'orca_atom92.inp')),
      'subjob',
      /child run/,
    ],
  ])('%s', (_name, lines, failureClass, reason) => {
    const outcome = judgeOutput(readLines(lines));
    expect(outcome).toMatchObject({ kind: 'failed', class: failureClass });
    expect(outcome).toHaveProperty('reason', expect.stringMatching(reason));
  });

  test.each([
    ['at the cycle limit', [...optimization, limitReached, optimizationDone], 'opt_not_converged', true],
    ['without a verdict', optimization, 'opt_not_converged', true],
    [
      'whose last structure has no energy',
      [...optimization, cycle(9), 'SCF CONVERGED AFTER   8 CYCLES', optimizationDone],
      'result_missing',
      true,
    ],
    [
      'without an energy at the stationary point',
      [...optimization, 'FINAL ENERGY EVALUATION AT THE STATIONARY POINT', optimizationDone],
      'result_missing',
      true,
    ],
    ['without a cycle', [...head('Geometry Optimization Run'), ...converged], 'suspicious_result', false],
  ])('of an optimisation %s', (_name, lines, failureClass, retryable) => {
    const outcome = judgeOutput(readLines(lines, endMarker), { runType: 'optimization' });
    expect(outcome).toMatchObject({ kind: 'failed', class: failureClass, retryable });
  });
});

describe('a run without end marker', () => {
  test.each([
    [
      'input_keyword',
      false,
      ['   UNRECOGNIZED OR DUPLICATED KEYWORD(S) IN SIMPLE INPUT LINE', '      WB97MV   DEF2-TZVPDD  '],
      'UNRECOGNIZED OR DUPLICATED KEYWORD(S) IN SIMPLE INPUT LINE WB97MV DEF2-TZVPDD',
    ],
    [
      'input_multiplicity',
      false,
      [
        '[file orca_main/x.cpp, line 6]: Error : multiplicity (2) is even and number of electrons (152) is even -> impossible',
      ],
      'Error : multiplicity (2) is even and number of electrons (152) is even -> impossible',
    ],
    [
      'memory_maxcore',
      true,
      [
        ' Error  (ORCA_SCF): Not enough memory available!',
        '    ====>        Please increase MaxCore to more than:        262.4 MB',
        ...footer,
      ],
      'Error (ORCA_SCF): Not enough memory available!; Please increase MaxCore to more than: 262.4 MB',
    ],
    [
      'scf_not_converged',
      true,
      ['*  SCF NOT CONVERGED AFTER 500 CYCLES  *', ...footer],
      'SCF NOT CONVERGED AFTER 500 CYCLES',
    ],
    ['crash_module', true, footer, 'ORCA finished by error termination in LEANSCF'],
    ['disk_full', true, ['write: No space left on device', ...footer], 'write: No space left on device'],
    [
      'crash_module',
      true,
      ['UCX  ERROR No space left on device', ...footer],
      'ORCA finished by error termination in LEANSCF',
    ],
    [
      'oom_killed',
      true,
      ['rank 3 exited on signal 9 (Killed).', ...footer],
      'rank 3 exited on signal 9 (Killed).',
    ],
    [
      'interrupted',
      true,
      ['rank 3 exited on signal 15 (Terminated).', ...footer],
      'rank 3 exited on signal 15 (Terminated).',
    ],
  ])('%s (retryable: %s)', (failureClass, retryable, lines, reason) => {
    const outcome = judgeOutput(readLines(head(), modules(), lines));
    expect(outcome).toEqual({ kind: 'failed', class: failureClass, retryable, reason });
  });

  test('is explained by stderr when the output only says that a module died', () => {
    const stderr = "terminate called after throwing an instance of 'std::bad_alloc'\n";
    const outcome = judgeOutput(readLines(head(), modules(), footer), { stderr });
    expect(outcome).toMatchObject({ class: 'memory_exhausted', reason: stderr.trim() });
  });

  test('that says nothing was killed; the reason holds signal and last words', () => {
    const outcome = judgeOutput(readLines(head(), modules(), '   12    -813.7991875335'), {
      exitCode: null,
      signal: 'SIGKILL',
    });
    expect(outcome).toEqual({
      kind: 'failed',
      class: 'killed_midrun',
      retryable: true,
      reason: 'the output stops without an end marker, signal SIGKILL; its last line: 12 -813.7991875335',
    });
  });

  test.each([
    [127, 'env_missing', 'ORCA did not start: exit code 127'],
    [0, 'killed_midrun', 'the output is empty, exit code 0'],
  ])('and without any output ends with code %i: %s', (exitCode, failureClass, reason) => {
    expect(judgeOutput(readText(''), { exitCode })).toMatchObject({
      class: failureClass,
      reason,
    });
  });

  test('gives a reason of one line and at most 300 characters', () => {
    const long = `[file x.cpp, line 1]: Error ${'very '.repeat(200)}\u001b[31m long`;
    const outcome = judgeOutput(readLines(head(), long));
    expect(outcome).toHaveProperty('reason', expect.stringMatching(/^Error very .{280,}…$/));
    expect(outcome.kind === 'failed' && outcome.reason.length).toBe(300);
  });
});

const measure = (...lines: (string | string[])[]) =>
  judge({ output: readLines(...lines), stderr: '', runType: 'gradient', exitCode: 0, signal: null }).metrics;

describe('the metrics', () => {
  test('name the program, and the stand-in by its own name', () => {
    expect(measure(head(), converged).program).toBe('orca 6.1.0');
    expect(measure(head(), '   *** OACT STAND-IN: no chemistry in these numbers ***').program).toBe(
      'stand-in 6.1.0',
    );
    expect(measure('no banner').program).toBeNull();
  });

  test('name another engine in ORCA’s place, and warn of its method', () => {
    const banner = [
      '          NWChem behind an ORCA-shaped front: this is not ORCA.',
      "          Method in place of the input's: B3LYP, 6-31G* (O), Stuttgart RSC 1997 ECP (U)",
      '                         Program Version 7.0.2  -  NWChem  -',
    ];
    expect(measure(banner, converged)).toMatchObject({
      program: 'nwchem 7.0.2',
      warnings: [
        "engine: computed by NWChem 7.0.2 (B3LYP, 6-31G* (O), Stuttgart RSC 1997 ECP (U)), not by ORCA: the recipe's method was replaced",
      ],
    });
    expect(measure(banner.slice(0, 2)).warnings).toEqual([]);
  });

  test('warn of spin contamination and of a large gradient', () => {
    const spin = 'Deviation                          :     0.731000';
    expect(measure(head(), spin, 'MAX gradient       ...    3.0280724246').warnings).toEqual([
      'spin: <S**2> deviates by 0.731 from its ideal value, more than 0.1',
      'gradient: the largest gradient component is 3.0280724246 Eh/bohr',
    ]);
    expect(measure(head(), converged).warnings).toEqual([]);
  });
});
