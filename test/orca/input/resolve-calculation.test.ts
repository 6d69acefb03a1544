import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { calculationSchema } from '../../../core/job/calculation.ts';
import { parseGeometry } from '../../../orca/structure/parse-geometry.ts';
import { parseRecipeOptions } from '../../../orca/recipe/recipe-options.ts';
import { renderInput } from '../../../orca/input/render-input.ts';
import { findInputDoubts, resolveCalculation } from '../../../orca/input/resolve-calculation.ts';
import { corpusRoot } from '../../../tools/bench/corpus/read-corpus.ts';
import { actinidesCsv } from '../corpus.ts';

const uranyl = { atoms: parseGeometry('U 0 0 0\nO 0 0 1.76\nO 0 0 -1.76'), charge: 2, multiplicity: 1 };
const neptuniumFluoride = {
  atoms: parseGeometry(
    'Np 0.0 0.0 0.0\nF 0.0 0.0 2.06052\nF 0.0 1.999332 -0.498989\nF 1.893824 -0.641762 -0.498425',
  ),
  charge: 0,
  multiplicity: 5,
};
const water = { atoms: parseGeometry('O 0 0 0\nH 0 0.76 0.59\nH 0 -0.76 0.59'), charge: 0, multiplicity: 1 };

const resolve = (structure: typeof uranyl, options: Record<string, unknown> = {}) =>
  resolveCalculation(structure, parseRecipeOptions(options));

/** The words of the `!` line, without functional and basis word. */
const words = (structure: typeof uranyl, options: Record<string, unknown> = {}) =>
  resolve(structure, options).keywords.slice(2).join(' ');

const omolWords = 'RIJCOSX def2/J NoUseSym DIIS NOSOSCF NormalConv DEFGRID3 ALLPOP NoTRAH';

const oxide = (symbol: string) => ({
  atoms: parseGeometry(`U 0 0 0\nO 0 0 1.76\nO 0 0 -1.76\n${symbol} 3 0 0\n${symbol} -3 0 0`),
  charge: 0,
  multiplicity: 1,
});

describe('the words of omol', () => {
  test.each([
    ['open shell', neptuniumFluoride, {}, `EnGrad ${omolWords} NONBO NONPA`],
    ['closed shell without actinide', water, {}, `EnGrad ${omolWords} NONBO NONPA`],
    ['singlet actinide', uranyl, {}, `EnGrad ${omolWords} NONBO NONPA UKS`],
    ['singlet actinide with uks', uranyl, { ksMethod: 'uks' }, `EnGrad ${omolWords} NONBO NONPA UKS`],
    ['rks', water, { ksMethod: 'rks' }, `EnGrad ${omolWords} NONBO NONPA RKS`],
    ['nbo and mbis', water, { nbo: true, mbis: true }, `EnGrad ${omolWords} MBIS`],
    ['kdiis', water, { kdiis: true }, `EnGrad ${omolWords.replace('DIIS', 'KDIIS')} NONBO NONPA`],
    ['optimisation', water, { optimizer: 'orca' }, `Opt ${omolWords} NONBO NONPA`],
    ['loose', water, { optimizer: 'orca', optLevel: 'loose' }, `LooseOpt ${omolWords} NONBO NONPA`],
    ['tight', water, { optimizer: 'orca', optLevel: 'tight' }, `TightOpt ${omolWords} NONBO NONPA`],
    [
      'very tight',
      water,
      { optimizer: 'orca', optLevel: 'verytight' },
      `VeryTightOpt ${omolWords} NONBO NONPA`,
    ],
  ])('%s', (_name, structure, options, expected) => {
    expect(words(structure, options)).toBe(expected);
  });

  test('the basis word stays def2-TZVPD whatever basis the light elements get', () => {
    const { keywords, blocks } = resolve(water, { functional: 'PBE0', nonActinideBasis: 'def2-SVP' });
    expect(keywords.slice(0, 2)).toEqual(['PBE0', 'def2-TZVPD']);
    expect(blocks.at(-1)).toBe('%basis\n  NewGTO O "def2-SVP" end\n  NewGTO H "def2-SVP" end\nend');
  });
});

describe('the blocks of omol', () => {
  test('SCF, properties, basis', () => {
    expect(resolve(uranyl).blocks).toEqual([
      '%scf \n  Convergence Tight\n  maxiter 500\n  THRESH 1e-12\n  TCUT 1e-13\n' +
        '  Shift Shift 0.1 ErrOff 0.1 end\n  DIISMaxEq   7\n  Guess PModel\nend',
      '%elprop Dipole true Quadrupole true end',
      '%output Print[P_ReducedOrbPopMO_L] 1 Print[P_ReducedOrbPopMO_M] 1 Print[P_BondOrder_L] 1 ' +
        'Print[P_BondOrder_M] 1 Print[P_Fockian] 1 Print[P_OrbEn] 2 Print[ P_Hirshfeld ] 1 end',
      '%basis\n  NewGTO U "ma-def-TZVP" end\n  NewECP U "def-ECP" end\n  NewGTO O "def2-TZVPD" end\nend',
    ]);
  });

  test('the SCF limit is honoured', () => {
    expect(resolve(uranyl, { scfMaxIterations: 77 }).blocks[0]).toContain('\n  maxiter 77\n');
  });

  test('without ECP no NewECP, Fr and Ra take the actinide basis', () => {
    const radium = { atoms: parseGeometry('Ra 0 0 0\nF 0 0 2.2\nF 0 0 -2.2'), charge: 0, multiplicity: 1 };
    const { blocks, blocksAfterResources } = resolve(radium, { actinideEcp: 'none', actinideBasis: 'UGBS' });
    expect(blocks.at(-1)).toBe('%basis\n  NewGTO Ra "UGBS" end\n  NewGTO F "def2-TZVPD" end\nend');
    expect(blocksAfterResources).toEqual([]);
  });

  test('%nbo and rotate stand behind the resources, in this order', () => {
    expect(resolve(uranyl, { nbo: true }).blocksAfterResources).toEqual([
      '%nbo NBOKEYLIST = "$NBO NPA NBO E2PERT 0.1 $END" end',
      '%scf rotate {22, 23, 20, 1, 1} end end',
    ]);
    expect(resolve(neptuniumFluoride).blocksAfterResources).toEqual([]);
  });
});

describe('the orbitals that a singlet actinide rotates', () => {
  const iodide = { atoms: parseGeometry('Th 0 0 0\nI 0 0 3\nI 3 0 0'), charge: 2, multiplicity: 1 };
  test.each([
    // UO2(2+) has 106 electrons, 46 of them outside the 60 of the ECP: pairs 0 to 22, LUMO 23.
    ['def-ECP', uranyl, {}, '{22, 23,'],
    ['all electrons', uranyl, { actinideEcp: 'none', actinideBasis: 'SARC-DKH-TZVP' }, '{52, 53,'],
    ['as the existing system counts', uranyl, { rotateIndex: 'existing' }, '{52, 53,'],
    // Th 30 + I 2 × 25 - 2 = 78 electrons.
    ['with def2-ECP on iodine', iodide, {}, '{38, 39,'],
    ['with def2-ECP on iodine, existing', iodide, { rotateIndex: 'existing' }, '{68, 69,'],
  ])('%s', (_name, structure, options, expected) => {
    expect(resolve(structure, options).blocksAfterResources.at(-1)).toContain(expected);
  });

  const allElectron = { actinideEcp: 'none', actinideBasis: 'SARC-DKH-TZVP' };
  test.each([
    ['an ECP of unknown size', uranyl, { actinideEcp: 'SK-MCDHF-RSC' }, 'U'],
    ['x2c with iodine', oxide('I'), { recipe: 'x2c', ...allElectron }, 'I'],
    ['x2c with tungsten', oxide('W'), { recipe: 'x2c', ...allElectron }, 'W'],
    ['dk3 with tungsten', oxide('W'), { recipe: 'dk3', ...allElectron }, 'W'],
  ])(
    'are left as ORCA guesses them for %s, which is said and blocks no record',
    (_name, structure, options, symbol) => {
      expect(resolve(structure, options).blocksAfterResources).toEqual([]);
      expect(resolve(structure, options).keywords).toContain('UKS');
      const doubts = findInputDoubts(structure, parseRecipeOptions(options));
      expect(doubts).toContainEqual(
        expect.stringMatching(new RegExp(`not rotated, .* how many electrons of ${symbol} an ECP replaces`)),
      );
      const kept = parseRecipeOptions({ ...options, brokenSymmetry: false });
      expect(findInputDoubts(structure, kept).join()).not.toContain('rotated');
    },
  );

  test('are rotated without a doubt where they can be counted', () => {
    expect(findInputDoubts(uranyl, parseRecipeOptions({}))).toEqual([]);
    expect(findInputDoubts(iodide, parseRecipeOptions({}))).toEqual([]);
  });
});

test.each(['rks', 'roks'])('%s contradicts a singlet actinide, unless its symmetry is kept', (ksMethod) => {
  expect(() => resolve(uranyl, { ksMethod })).toThrowError(/broken-symmetry UKS, and the words .*KS and UKS/);
  const { keywords, blocksAfterResources } = resolve(uranyl, { ksMethod, brokenSymmetry: false });
  expect(keywords.at(-1)).toBe(ksMethod.toUpperCase());
  expect(blocksAfterResources).toEqual([]);
});

test('an open shell is no RKS', () => {
  expect(() => resolve(neptuniumFluoride, { ksMethod: 'rks' })).toThrowError(
    /multiplicity 5 is an open shell/,
  );
  expect(() => resolve(neptuniumFluoride, { ksMethod: 'roks' })).not.toThrow();
});

describe('elements that a recipe does not cover are refused before a core-hour is spent', () => {
  const rutherfordium = { atoms: parseGeometry('Rf 0 0 0'), charge: 0, multiplicity: 1 };
  const berkelium = { atoms: parseGeometry('Bk 0 0 0'), charge: 3, multiplicity: 7 };
  const radium = { atoms: parseGeometry('Ra 0 0 0'), charge: 2, multiplicity: 1 };
  test.each([
    ['a basis', rutherfordium, {}, /def2-TZVPD has functions for H to Rn, not for Rf/],
    [
      'def2 on an actinide',
      uranyl,
      { actinideBasis: 'def2-TZVP' },
      /def2-TZVP has functions for H to Rn, not for U/,
    ],
    [
      'def2-ECP on an actinide',
      uranyl,
      { actinideEcp: 'def2-ECP' },
      /def2-ECP has potentials for Rb to Rn, not for U/,
    ],
    ['x2c sets', uranyl, { actinideBasis: 'x2c-TZVPall' }, /not for U/],
    ['SARC without Ra', radium, { actinideBasis: 'SARC-DKH-TZVP' }, /for Rb to Rn and Ac to Lr, not for Ra/],
    ['SARC2 of lanthanides', uranyl, { actinideBasis: 'SARC2-DKH-QZVP' }, /for La to Lu, not for U/],
    ['ANO-RCC after Cm', berkelium, { actinideBasis: 'ANO-RCC-TZP' }, /for H to Cm, not for Bk/],
    ['PM3', uranyl, { recipe: 'pm3' }, /PM3 has parameters for H to Bi, not for U/],
  ])('%s', (_name, structure, options, message) => {
    expect(() => resolve(structure, options)).toThrowError(message);
    expect(() => resolve(structure, options)).toThrowError(expect.objectContaining({ code: 'RECIPE_UNFIT' }));
  });

  test.each([
    ['an unknown name', { actinideBasis: 'my-own-set', actinideEcp: 'none' }],
    ['a file', { actinideBasis: '/b/u.bas', actinideEcp: 'none' }],
    ['ANO-RCC', { actinideBasis: 'ANO-RCC-TZP', actinideEcp: 'none' }],
    ['def-TZVP', { actinideBasis: 'def-TZVP' }],
  ])('%s passes', (_name, options) => {
    expect(() => resolve(uranyl, options)).not.toThrow();
  });
});

test('a bad structure is refused before anything is resolved', () => {
  expect(() => resolve({ ...uranyl, multiplicity: 2 })).toThrowError(
    expect.objectContaining({ code: 'STRUCTURE_INVALID' }),
  );
});

describe('the input', () => {
  const resources = { ranks: 4, maxCoreMb: 2000 };

  test('has the shape of the existing system', () => {
    const lines = renderInput(resolve(uranyl), resources).split('\n');
    expect(lines[0]).toBe(`! wB97M-V def2-TZVPD EnGrad ${omolWords} NONBO NONPA UKS `);
    expect(lines.slice(-11)).toEqual([
      '%pal',
      ' nprocs 4',
      'end',
      '%maxcore 2000',
      '%scf rotate {22, 23, 20, 1, 1} end end ',
      '*xyz 2 1 ',
      'U   0.0 0.0 0.0',
      'O   0.0 0.0 1.76',
      'O   0.0 0.0 -1.76',
      '*',
      '',
    ]);
  });

  test.each([
    ['0.1234567890123456', '0.1234567890123456'],
    ['-1.5e-5', '-1.5e-05'],
    ['1e-17', '1e-17'],
    ['2', '2.0'],
    ['-0.0', '0.0'],
    ['123.456', '123.456'],
  ])('keeps every digit of %s', (written, rendered) => {
    const structure = { atoms: parseGeometry(`He ${written} 0 0`), charge: 0, multiplicity: 1 };
    expect(renderInput(resolve(structure), resources)).toContain(`\nHe   ${rendered} 0.0 0.0\n*\n`);
  });

  const npF3 = join(corpusRoot, 'sidecars', 'oact', 'NpF3', 'orca.inp');
  test.skipIf(!existsSync(npF3))('of NpF3 equals one of the existing system byte by byte', () => {
    const input = renderInput(resolve(neptuniumFluoride, { scfMaxIterations: 600 }), resources);
    // That input is older than the printing of Hirshfeld charges.
    expect(input.replace(' Print[ P_Hirshfeld ] 1', '')).toBe(readFileSync(npF3, 'utf8'));
  });

  test.skipIf(!existsSync(actinidesCsv))('can be written for every generated complex', () => {
    const rows = parse<Record<string, string>>(readFileSync(actinidesCsv), { columns: true });
    for (const row of rows) {
      const atoms = parseGeometry(row['aligned_csd_core'] ?? '');
      const structure = { atoms, charge: Number(row['charge']), multiplicity: Number(row['spin']) };
      const calculation = calculationSchema.parse(resolve(structure));
      expect(renderInput(calculation, resources)).toMatch(/^[\n -~]+\n\*\n$/);
    }
    expect(rows.length).toBeGreaterThan(500);
  });
});
