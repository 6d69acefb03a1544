import { describe, expect, it } from 'vitest';
import { explainDeath } from '../../examples/engines/nwchem/explain-death.mjs';
import { createNwchemReader } from '../../examples/engines/nwchem/read-nwchem.mjs';
import { createXtbReader, readGradientFile } from '../../examples/engines/xtb/read-xtb.mjs';
import { classesInRun, readText } from '../orca/an-output.ts';

const readNwchem = (...lines: string[]): unknown[] => lines.flatMap(createNwchemReader());
const readXtb = (...lines: string[]): unknown[] => lines.flatMap(createXtbReader());

describe('the reader of NWChem', () => {
  it.each<[string, string[], unknown[]]>([
    [
      'version',
      ['             Northwest Computational Chemistry Package (NWChem) 7.0.2'],
      [{ kind: 'version', version: '7.0.2' }],
    ],
    ['ranks', ['    nproc           =        2'], [{ kind: 'ranks', count: 2 }]],
    ['step', ['          Step   0'], [{ kind: 'cycle', number: 1 }]],
    [
      'iteration',
      [' d= 0,ls=0.5,diis    13   -626.7208923026 -1.29D-01  1.41D-03  1.51D-01    48.8'],
      [
        {
          kind: 'iteration',
          number: 13,
          energy: -626.7208923026,
          change: -0.129,
          density: 0.00141,
          error: 0.151,
          seconds: 48.8,
        },
      ],
    ],
    ['numbers of the other spin', ['                              1.86D-03  1.76D-03'], []],
    [
      'energy',
      ['         Total DFT energy =     -626.737173445468'],
      [{ kind: 'scf', converged: true, energy: -626.737173445468 }],
    ],
    [
      'energy that has not converged, and the next one',
      [
        '      Calculation failed to converge',
        '         Total DFT energy =     -76.4',
        '         Total DFT energy =     -76.5',
      ],
      [
        { kind: 'scf', converged: false, energy: -76.4 },
        { kind: 'scf', converged: true, energy: -76.5 },
      ],
    ],
    ['spin', ['      <S2> =      2.0016 (Exact =     2.0000)'], [{ kind: 'spin', s2: 2.0016, ideal: 2 }]],
    [
      'gradient',
      [
        '                         DFT ENERGY GRADIENTS',
        '',
        '    atom               coordinates                        gradient',
        '                 x          y          z           x          y          z',
        '   1 U       0.000000   0.000000   0.000000    0.000003  -0.000003  -0.000009',
        '   2 O       0.000000   0.000000   3.325918   -0.000002   0.000001   0.061903',
        '',
      ],
      [
        {
          kind: 'gradient',
          vectors: [
            [3e-6, -3e-6, -9e-6],
            [-2e-6, 1e-6, 0.061903],
          ],
        },
      ],
    ],
    [
      'the end of an optimisation, whose last step is printed twice',
      [
        '@    4     -76.40702476 -3.2D-09  0.00001  0.00000  0.00005  0.00009      2.6',
        '      Optimization converged',
        '@    4     -76.40702476 -3.2D-09  0.00001  0.00000  0.00005  0.00009      2.6',
      ],
      [
        {
          kind: 'step',
          rows: [
            { item: 'Energy change', value: -3.2e-9, tolerance: 5e-6 },
            { item: 'RMS gradient', value: 0, tolerance: 3e-4 },
            { item: 'MAX gradient', value: 1e-5, tolerance: 4.5e-4 },
            { item: 'RMS step', value: 5e-5, tolerance: 1.2e-3 },
            { item: 'MAX step', value: 9e-5, tolerance: 1.8e-3 },
          ],
        },
        { kind: 'optimization', converged: true },
      ],
    ],
    [
      'wall time',
      [' Total times  cpu:       55.0s     wall:       90.6s'],
      [{ kind: 'time', seconds: 90.6 }],
    ],
  ])('%s', (_what, lines, events) => {
    expect(readNwchem(...lines)).toEqual(events);
  });

  it('the geometry of a step', () => {
    const table = [
      ' Output coordinates in angstroms (scale by  1.889725989 to convert to a.u.)',
      '',
      '  No.       Tag          Charge          X              Y              Z',
      ' ---- ---------------- ---------- -------------- -------------- --------------',
      '    1 U                   92.0000     0.00000000     0.00000000     0.00000000',
      '    2 O                    8.0000     0.00000000    -0.00000096     1.76000000',
      '',
      '      O                 15.994910',
    ];
    expect(readNwchem(...table)).toEqual([
      {
        kind: 'geometry',
        atoms: [
          { symbol: 'U', x: 0, y: 0, z: 0 },
          { symbol: 'O', x: 0, y: -9.6e-7, z: 1.76 },
        ],
      },
    ]);
  });
});

const rule = ` ${'-'.repeat(72)}`;
const dying = (words: string): string[] => [
  '  Caching 1-el integrals',
  rule,
  ` ${words}                   0`,
  rule,
  rule,
  '  current input line :',
  '    17: task dft gradient',
];

describe('the death of NWChem', () => {
  it.each([
    ['memory', dying('xc_setquad: out of memory'), 'memory_maxcore', 'xc_setquad: out of memory'],
    ['a basis', dying('bas_tag_lib: no such basis available'), 'input_basis', 'no such basis available'],
    ['anything else', dying('dft gradient failed'), 'crash_module', 'Error (NWCHEM): dft gradient failed\n'],
    ['nothing it names', ['the last line'], 'crash_module', 'Error (NWCHEM): signal SIGKILL\n'],
  ])('of %s', (_what, lastLines, failureClass, words) => {
    const text = explainDeath({ code: null, signal: 'SIGKILL', lastLines });
    expect(text).toContain(words);
    expect(classesInRun(readText(text))).toContain(failureClass);
  });
});

describe('the reader of xtb', () => {
  it.each<[string, string[], unknown[]]>([
    ['version', ['   * xtb version 6.5.1 (unknown) compiled by'], [{ kind: 'version', version: '6.5.1' }]],
    [
      'iteration',
      ['   2     -5.1036014 -0.131023E-02  0.241E+00   14.55       1.0  T'],
      [
        {
          kind: 'iteration',
          number: 2,
          energy: -5.1036014,
          change: -1.31023e-3,
          density: 0.241,
          error: 0.241,
          seconds: 0,
        },
      ],
    ],
    [
      'total energy',
      ['          | TOTAL ENERGY               -5.070365724378 Eh   |'],
      [{ kind: 'scf', converged: true, energy: -5.070365724378 }],
    ],
    [
      'limit, and no energy behind it',
      [
        '   *** convergence criteria cannot be satisfied within 2 iterations ***',
        '          | TOTAL ENERGY               -5.070365724378 Eh   |',
      ],
      [{ kind: 'scf', converged: false, energy: NaN }],
    ],
    ['wall time', [' * wall-time:     0 d,  1 h,  2 min,  0.500 sec'], [{ kind: 'time', seconds: 3720.5 }]],
  ])('%s', (_what, lines, events) => {
    expect(readXtb(...lines)).toEqual(events);
  });

  it('the last gradient of its file', () => {
    const text = [
      '$grad',
      '  cycle =      1    SCF energy =    -5.07036572438   |dE/dxyz| =  0.009514',
      '    0.00000000000000      0.00000000000000      1.43619185471153      O',
      '    0.00000000000000      0.00000000000000      0.00000000000000      H',
      '  -1.0319297735436E-19   6.5499946080432D-17  -7.6298567309388E-03',
      '   0.0000000000000E+00   0.0000000000000E+00   7.6298567309388E-03',
      '$end',
    ].join('\n');
    expect(readGradientFile(text)).toEqual([
      [-1.0319297735436e-19, 6.5499946080432e-17, -7.6298567309388e-3],
      [0, 0, 7.6298567309388e-3],
    ]);
  });
});
