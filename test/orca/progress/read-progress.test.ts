import { describe, expect, test } from 'vitest';
import type { OutputProgress } from '../../../core/progress/job-progress.ts';
import { createProgressFollower } from '../../../orca/progress/read-progress.ts';
import { cycle, endMarker, footer, head, modules, scfTable as table6 } from '../an-output.ts';

function follow(...lines: (string | string[])[]): OutputProgress {
  const follower = createProgressFollower();
  follower.push(Buffer.from(`${lines.flat().join('\n')}\n`));
  return follower.read();
}

const module = (name: string): string[] => ['-'.repeat(78), `           ${name}`, '-'.repeat(78)];

const table4 = [
  'ITER       Energy         Delta-E        Max-DP      RMS-DP      [F,P]     Damp',
  '               ***  Starting incremental Fock matrix formation  ***',
  '  0   -188.1481971167   0.000000000000 0.07539370  0.00543109  0.1916734 0.7000',
  '  1   -188.1960972866  -0.047900169876 0.03465469  0.00278657  0.0813824 0.7000',
  '                               ***Turning on DIIS***',
  '  2   -188.2108160911  -0.014718804512 0.03816908  0.00285028  0.0219562 0.0000',
];
const secondOrder4 = [
  '                      *** Initiating the SOSCF procedure ***',
  'ITER      Energy       Delta-E        Grad      Rot      Max-DP    RMS-DP',
  '  3   -382.05519432  -0.0000029115  0.000066  0.000075  0.000227  0.000018',
];
const trah = [
  '   Iter.        energy            ||Error||_2        Shift      TRadius  Mac/Mic        Rej.',
  '    0        -39.454343343968     2.782121e-03                     0.400 (TRAH MAcro)   No',
  '    0     dE    -2.225795e-03     5.359879e-02    -2.5690e-02      0.272 (TRAH MIcro)',
  '    1        -39.457543537494     1.295687e-02                     0.480 (TRAH MAcro)   No',
  '    2        -39.457543637494     5.086442e-05                           (NR   MAcro)',
  '    2     dE    -2.521254e-09     1.961002e-05                           (NR   MIcro)',
];
const blocks5 = [
  'SCF ITERATIONS',
  '                         !        ITERATION     0   !',
  '   Total Energy        :    -382.002794038766 Eh',
  '   Energy Change       :    -382.002794038766 Eh',
  '                         !        ITERATION     1   !',
  '   Total Energy        :    -382.023499742149 Eh',
];
const convergence = [
  '          ----------------------|Geometry convergence|-------------------------',
  '          Item                value                   Tolerance       Converged',
  '          Energy change      -0.0819577772            0.0000050000      NO',
  '          RMS gradient        0.1234060681            0.0001000000      NO',
  '          MAX gradient        0.1745232387            0.0003000000      NO',
  '          RMS step            0.1500000000            0.0020000000      NO',
];
const guess6 = [
  'Atomic calculation to generate a density for atom 0 (Np with ECP)',
  '  Command: /opt/orca/orca orca_atom93.inp "" > orca_atom93.out',
];
const guess4 =
  '  calling /opt/orca4_0/orca input_atom77.inp > input_atom77.out in order to generate an atomic fitting density for atom 0 (Ir with ECP) on-the-fly... ';

describe('the phase', () => {
  test.each<[OutputProgress['phase'], (string | string[])[]]>([
    ['start', []],
    ['integrals', [modules(), module('ORCA STARTUP CALCULATIONS')]],
    ['integrals', [modules(), module('ORCA GTO INTEGRAL CALCULATION')]],
    ['integrals', [cycle(2)]],
    ['initial guess', [module('ORCA GUESS')]],
    ['initial guess', ['INITIAL GUESS: MODEL POTENTIAL']],
    ['initial guess', [guess6, 'Returned from the atomic calculation with res=0']],
    ['initial guess', [guess4, '    atom 0 (Ir), assumed electronic state with S=4: 1s2 … done']],
    ['SCF', [module('ORCA LEAN-SCF')]],
    ['SCF', [cycle(2), table6]],
    ['SCF', ['SCF ITERATIONS', table4]],
    ['SCF', [trah]],
    ['correlation', [module('ORCA-MATRIX DRIVEN CI')]],
    ['excited states', [module('ORCA TD-DFT/TDA CALCULATION')]],
    ['gradient', [table6, module('ORCA SCF GRADIENT CALCULATION')]],
    // The gradient of ORCA 5 sets up its integrals anew.
    ['gradient', [module('ORCA SCF GRADIENT CALCULATION'), 'SHARK INTEGRAL PACKAGE']],
    ['geometry step', [module('ORCA GEOMETRY RELAXATION STEP')]],
    ['properties', ['                    * MULLIKEN POPULATION ANALYSIS *']],
    ['properties', [module('ORCA PROPERTY INTEGRAL CALCULATIONS')]],
    ['properties', ['                            *     ORCA property calculations      *']],
    ['NBO', ['Now starting NBO....', ' ****************** NBO 7.0 ******************']],
    ['properties', ['Now starting NBO6....', '        *** returned from  NBO  program ***']],
    ['response', [module('ORCA SCF RESPONSE CALCULATION')]],
    ['frequencies', [module('ORCA SCF HESSIAN')]],
    ['frequencies', ['VIBRATIONAL FREQUENCIES']],
    ['done', [endMarker]],
    ['error', [table6, footer]],
    // Times of the modules, at the end of a run.
    ['start', ['SCF iterations                   ...       13.180 sec (=   0.220 min)  36.1 %']],
  ])('%s', (phase, lines) => {
    expect(follow(head(), ...lines).phase).toBe(phase);
  });

  test('of an analytic Hessian, the response is the long part', () => {
    const response = module('ORCA SCF RESPONSE CALCULATION');
    expect(follow(head(undefined, ['! PBE FREQ']), response).phase).toBe('frequencies');
    expect(follow(head(undefined, ['! PBE', '# freq']), response).phase).toBe('response');
  });

  test('words of the echoed input are none', () => {
    expect(follow(head(undefined, ['# SCF ITERATIONS', '# ****ORCA TERMINATED NORMALLY****'])).phase).toBe(
      'start',
    );
  });

  test.each([
    ['ORCA 6', 'Np', 'orca_atom93.out', guess6],
    ['ORCA 4 and 5', 'Ir', 'input_atom77.out', [guess4]],
    [
      'a file elsewhere is none of ours',
      'Np',
      null,
      ['  Command: /o/orca a_atom93.inp "" > /etc/a_atom93.out'],
    ],
  ])('a heavy-atom guess names its element and its output: %s', (_version, element, output, lines) => {
    const follower = createProgressFollower();
    follower.push(Buffer.from(`${[...head(), ...lines].join('\n')}\n`));
    expect(follower.read()).toMatchObject({ phase: 'heavy-atom guess', element });
    expect(follower.childOutput()).toBe(output);
    follower.push(Buffer.from('Returned from the atomic calculation with res=0\n'));
    expect(follower.read().element).toBeNull();
    expect(follower.childOutput()).toBeNull();
  });
});

describe('the SCF', () => {
  const limit = ' Maximum # iterations   MaxIter         ....   300';
  test.each([
    ['ORCA 6', table6, { number: 1, iteration: 3, limit: 300, energyChange: -1.25, converged: null }],
    ['ORCA 4', table4, { number: 1, iteration: 2, energyChange: -0.014718804512 }],
    [
      'SOSCF goes on counting',
      [...table4, ...secondOrder4],
      { number: 1, iteration: 3, energyChange: -0.0000029115 },
    ],
    // What the first row prints is the energy, or nothing.
    ['first row of SOSCF', secondOrder4, { iteration: 3, energyChange: null }],
    ['first row', table6.slice(0, 5), { iteration: 1, energyChange: null }],
    ['TRAH', trah, { number: 1, iteration: 2, energyChange: expect.closeTo(-1e-7, 10) }],
    [
      'blocks instead of rows',
      blocks5,
      { number: 1, iteration: 1, energyChange: expect.closeTo(-0.020705703, 8) },
    ],
    ['no row yet', ['SCF ITERATIONS'], { number: 1, iteration: 0, energyChange: null }],
    ['converged', [...table6, 'SCF CONVERGED AFTER  14 CYCLES'], { iteration: 14, converged: true }],
    [
      'not converged',
      [...table6, 'SCF NOT CONVERGED AFTER 300 CYCLES'],
      { iteration: 300, converged: false },
    ],
  ])('%s', (_name, lines, scf) => {
    expect(follow(head(), limit, lines).scf).toMatchObject({ limit: 300, ...scf });
  });

  test('the next one of the run has the next number', () => {
    const end = 'SCF CONVERGED AFTER  14 CYCLES';
    expect(follow(head(), cycle(1), table6, end, cycle(2), table6.slice(0, 5)).scf).toMatchObject({
      number: 2,
      iteration: 1,
      converged: null,
    });
    expect(follow(head(), 'SCF ITERATIONS', table4, end, 'SCF ITERATIONS', table4).scf?.number).toBe(2);
  });

  test('rows that look alike elsewhere are none of it', () => {
    const matrix = '     3     -0.123456      0.234567      0.345678      0.456789 ';
    expect(follow(head(), matrix).scf).toBeNull();
    expect(follow(head(), table6, 'SCF CONVERGED AFTER  14 CYCLES', matrix).scf?.iteration).toBe(14);
    const remarks = Array.from({ length: 300 }, () => 'a table without an end');
    expect(
      follow(head(), table6, remarks, '    9 -624.9376329960776957 -1.25e+00  6.96e-03 ').scf?.iteration,
    ).toBe(3);
  });
});

describe('the optimisation', () => {
  const limit = 'Max. no of cycles        MaxIter  .... 50';
  test('has a cycle, a limit, and gradients against their targets', () => {
    expect(follow(head(), limit, cycle(1), cycle(2), convergence).optimization).toEqual({
      cycle: 2,
      limit: 50,
      maxGradient: { value: 0.1745232387, target: 0.0003 },
      rmsGradient: { value: 0.1234060681, target: 0.0001 },
      energyChange: { value: -0.0819577772, target: 0.000005 },
    });
  });

  test('keeps the last table while the next cycle runs, and mixes no two tables', () => {
    const [title = '', , energy = '', rms = ''] = convergence;
    expect(follow(head(), cycle(1), convergence, cycle(2)).optimization).toMatchObject({
      cycle: 2,
      maxGradient: { target: 0.0003 },
    });
    expect(follow(head(), cycle(1), convergence, title, rms).optimization).toMatchObject({
      rmsGradient: { target: 0.0001 },
      maxGradient: null,
      energyChange: null,
    });
    // The Cartesian gradient is another number; no table without an optimisation.
    expect(
      follow(head(), cycle(1), 'MAX gradient       ...    0.0125000000').optimization?.maxGradient,
    ).toBeNull();
    expect(follow(head(), energy).optimization).toBeNull();
  });
});

const begun = (...numbers: number[]): string[] => [
  'Number of displacements        ... 12',
  ...numbers.map((number) => `\t<< Calculating gradient on displaced geometry  ${number} (of  12) >>`),
];

describe('the share', () => {
  const alone = head(undefined, ['! PBE NUMFREQ']);
  test.each([
    ['nothing is guessed of an SCF', head(), table6, null],
    ['nor of an optimisation', head(), [cycle(3), ...convergence], null],
    ['displacements of a run that does nothing else', alone, begun(1, 2, 3, 4), { done: 0.25, of: 'run' }],
    [
      'and of one that does',
      head(undefined, ['! Opt NumFreq']),
      begun(1, 2),
      { done: 1 / 12, of: 'displacements' },
    ],
    [
      'several at a time, in any order',
      alone,
      ['     (4-process run)', ...begun(5, 3, 1, 2, 4, 6, 7)],
      { done: 0.25, of: 'run' },
    ],
    ['a second series begins anew', alone, [...begun(1, 2, 3, 4), ...begun(1)], { done: 0, of: 'run' }],
    ['they are over', alone, [...begun(12), 'VIBRATIONAL FREQUENCIES'], null],
    ['all is over', head(), endMarker, { done: 1, of: 'run' }],
  ])('%s', (_name, start, lines, share) => {
    expect(follow(start, lines).share).toEqual(share);
  });
});

test('an earlier run in the same file counts for nothing', () => {
  const before = [...head(), cycle(1), ...table6, ...convergence, ...endMarker];
  expect(follow(before, head())).toEqual(follow(head()));
});
