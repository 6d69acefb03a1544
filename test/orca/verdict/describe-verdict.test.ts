import { describe, expect, test } from 'vitest';
import { describeVerdict, type OutputVerdict } from '../../../orca/verdict/describe-verdict.ts';
import type { OutputFacts } from '../../../orca/output/output-facts.ts';
import { converged, cycle, endMarker, head, modules, readLines, readText } from '../an-output.ts';

const verdictOf = (output: OutputFacts, stderr: OutputFacts | string = ''): OutputVerdict =>
  describeVerdict('orca.out', output, stderr);

const done = '                *** OPTIMIZATION RUN DONE ***';
const limit = '       The optimization did not converge but reached the maximum ';
const opt = (...lines: string[]): string[] => [
  ...head('Geometry Optimization Run', ['! Opt']),
  cycle(1),
  ...lines,
];

const table = (...atoms: string[]): string[] => [
  'CARTESIAN COORDINATES (ANGSTROEM)',
  '---------------------------------',
  ...atoms.map((atom) => `  ${atom}   0.0  0.0  0.0`),
  '',
];

const warn = (...lines: string[]): readonly string[] => verdictOf(readLines(head(), lines)).warnings;

const judgeEnergy = (energy: string, echo: string[], ...atoms: string[]): string | null =>
  verdictOf(
    readLines(
      head('Single Point Calculation', echo),
      table(...atoms),
      `FINAL SINGLE POINT ENERGY ${energy}`,
      endMarker,
    ),
  ).class;

test('has exactly the fields that scripts rely on', () => {
  const output = readLines(head(undefined, ['! EnGrad', '* xyz 0 5']), modules(4), converged, endMarker);
  expect(verdictOf(output)).toEqual({
    file: 'orca.out',
    outcome: 'completed',
    class: null,
    line: null,
    retryable: false,
    nodeFault: false,
    version: '6.1.0',
    kind: 'grad',
    finalEnergyHartree: -814.123456789012,
    scfCycles: 17,
    optCycles: 0,
    maxGradient: 0.0125,
    s2: null,
    charge: 0,
    multiplicity: 5,
    natoms: null,
    ranks: 4,
    runTimeSeconds: 62.03,
    warnings: [],
  });
});

describe('a run of others is taken at the input it echoes:', () => {
  const end = [...converged, ...endMarker];
  test.each<[string, string[], string | null]>([
    ['an optimisation that converged', opt(done, ...end), null],
    ['one that used up its cycles', opt(limit, done, ...end), 'opt_not_converged'],
    [
      'one without a cycle',
      [...head('Energy+Gradient Calculation', ['! OPT FREQ engrad']), ...end],
      'suspicious_result',
    ],
    [
      'one of a single atom',
      [...head('Single Point Calculation', ['! Opt']), ' Number of atoms    ....   1', ...end],
      null,
    ],
    [
      'a scan with a step that did not converge',
      [...head('x', ['! Opt', '%geom scan B 0 1 = 1, 2, 3 end end']), cycle(1), limit, ...end],
      null,
    ],
    ['a search for conformers without a final energy', [...head('x', ['! GOAT XTB']), ...endMarker], null],
    ['a single point without energy', [...head('x', ['! HF']), ...endMarker], 'result_missing'],
    ['a path whose images did not converge', [...head('x', ['! NEB-TS']), cycle(1), limit, ...end], null],
    ['an output whose beginning was cut off', end, null],
    ['one of those that optimised', [cycle(7), limit, ...end], null],
  ])('%s', (_name, lines, failureClass) => {
    expect(verdictOf(readLines(lines)).class).toBe(failureClass);
  });

  test('a frequency run refused after the cycle limit is no crash', () => {
    const refused = [
      '                               ERROR !!!',
      limit,
      '       number of optimization cycles.',
      '       ORCA will abort at this point of the run.',
      '[file orca_main/run.cpp, line 12331]: ORCA finished with error return - aborting the run',
    ];
    expect(verdictOf(readLines(opt(...refused)))).toMatchObject({
      class: 'opt_not_converged',
      retryable: true,
    });
  });
});

describe('an energy', () => {
  test.each([
    ['-0.499', '! HF', 'H', null],
    ['-171.0', '! HF', 'H', 'suspicious_result'],
    ['-30000.0', '! X2C', 'U', null],
    ['0.000000000000', '! HF', 'H', 'result_missing'],
    ['12.5', '! HF', 'H', 'suspicious_result'],
    ['12.5', '! ExtOpt', 'H', null],
    ['12.5', '! QMMM HF', 'H', null],
  ])('of %s (%s, %s): %s', (energy, echo, atom, failureClass) => {
    expect(judgeEnergy(energy, [echo], atom)).toBe(failureClass);
  });

  test('is that of all atoms, also of those that are listed behind a dummy', () => {
    expect(judgeEnergy('-74.9', ['! HF'], 'H', '-', 'O', 'H')).toBeNull();
  });

  test.each([
    ['in a file', '%pointcharges "around.pc"'],
    ['among the atoms', 'Q  0.5  1.0 0.0 2.0'],
  ])('may be anything beside point charges %s', (_, line) => {
    expect(judgeEnergy('12.5', ['! ZINDO/S', line], 'H')).toBeNull();
  });
});

describe('what ORCA did not write', () => {
  test.each([
    ['a log of another program', 'Entering Gaussian System, Link 0=g16\n'.repeat(200), 'not_orca'],
    ['too little to tell', '*****', 'killed_midrun'],
    [
      'the word of a shell',
      `${'loading modules\n'.repeat(500)}bash: orca: command not found\n`,
      'env_missing',
    ],
  ])('%s', (_name, text, failureClass) => {
    expect(verdictOf(readText(text))).toMatchObject({ outcome: 'failed', class: failureClass });
  });

  test('a scheduler wrote around it', () => {
    const log = [
      'module load orca',
      ...head(),
      modules(),
      ...converged,
      ...endMarker,
      'slurm: job 12 finished',
      'rc=0',
    ];
    expect(verdictOf(readLines(log))).toMatchObject({
      outcome: 'completed',
      finalEnergyHartree: -814.123456789012,
    });
  });
});

describe('warnings', () => {
  const deviation = 'Deviation                          :     0.200000';

  test('of spin contamination, which heavy atoms always have some of', () => {
    expect(warn(...table('Fe'), deviation)).toEqual([
      'spin: <S**2> deviates by 0.2 from its ideal value, more than 0.1',
    ]);
    expect(warn(...table('Am'), deviation)).toEqual([]);
  });

  test('of an energy that is marked, or 0', () => {
    expect(warn('FINAL SINGLE POINT ENERGY  -1.500000000000   (SCF not fully converged!)')).toEqual([
      'scf: the final energy is marked (SCF not fully converged!)',
    ]);
    expect(warn('FINAL SINGLE POINT ENERGY  0.0')).toEqual(['zero_energy: the final energy is 0']);
    expect(warn('FINAL SINGLE POINT ENERGY  -76.32')).toEqual([
      'damaged: the final energy has 2 decimals instead of 12: digits may be lost',
    ]);
  });

  test('of an SCF that failed on the way, and of earlier runs', () => {
    expect(warn('SCF NOT CONVERGED AFTER 125 CYCLES', ...converged)).toEqual([
      'scf: an SCF on the way did not converge',
    ]);
    const twice = readLines(head(), converged, endMarker, head(), converged, endMarker);
    expect(verdictOf(twice).warnings).toEqual(['earlier_runs: 1 earlier run in the same output']);
  });

  test('of less than was asked for', () => {
    const output = readLines(head('Single Point Calculation', ['! EnGrad']), converged, endMarker);
    expect(verdictOf(output).warnings).toEqual([
      "run_type: the input asks for grad, ORCA ran 'Single Point Calculation'",
    ]);
  });
});

test('stderr explains what the output does not', () => {
  const output = readLines(head(), modules());
  expect(
    verdictOf(output, 'slurmstepd: error: *** JOB 1 ON n1 CANCELLED AT 2026 DUE TO TIME LIMIT ***\n'),
  ).toMatchObject({
    class: 'interrupted',
    retryable: true,
  });
});
