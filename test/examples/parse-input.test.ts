import { describe, expect, it } from 'vitest';
import { checkSystem } from '../../examples/engines/shared/check-system.mjs';
import { parseInput } from '../../examples/engines/shared/parse-input.mjs';
import { renderInput } from '../../orca/input/render-input.ts';
import { parseRecipeOptions } from '../../orca/recipe/recipe-options.ts';
import { resolveCalculation } from '../../orca/input/resolve-calculation.ts';
import { classesInRun, readText } from '../orca/an-output.ts';

const water = '*xyz 0 1\nO 0 0 0\nH 0 0.76 0.59\nH 0 -0.76 0.59\n*\n';

describe('parseInput', () => {
  it.each<[string, string, Record<string, unknown>]>([
    ['a gradient', `! HF EnGrad\n${water}`, { runType: 'gradient', ranks: 1, scfLimit: 125 }],
    ['an energy', `! HF\n${water}`, { runType: 'single_point', maxCoreMb: 4096 }],
    ['an optimisation', `! HF TightOpt\n${water}`, { runType: 'optimization', optimizationLimit: 50 }],
    ['ranks and memory', `! HF PAL4\n%maxcore 900\n${water}`, { ranks: 4, maxCoreMb: 900 }],
    ['a block of one line', `! HF\n%pal nprocs 3 end\n${water}`, { ranks: 3, ignored: ['HF'] }],
    [
      'limits',
      `! Opt\n%scf\n Convergence Tight\n MaxIter 7\nend\n%geom maxiter 9 end\n${water}`,
      {
        scfLimit: 7,
        optimizationLimit: 9,
        ignored: ['%scf but for its maxiter', '%geom but for its maxiter'],
      },
    ],
    [
      'no words of a comment',
      `! HF # Freq # EnGrad\n# %maxcore 1\n${water}`,
      { runType: 'gradient', maxCoreMb: 4096 },
    ],
    [
      'charge, multiplicity and atoms in any letter case',
      '! HF\n* XYZ -1 2\nCL 0.0 0.0 1.5e-05\n*\n',
      {
        charge: -1,
        multiplicity: 2,
        atoms: [{ symbol: 'Cl', atomicNumber: 17, position: [0, 0, 1.5e-5] }],
      },
    ],
  ])('takes %s', (_what, text, expected) => {
    expect(parseInput(text)).toMatchObject(expected);
  });

  it('takes what oact writes for every run, and says what has no effect', () => {
    const atoms: [string, number, number, number][] = [
      ['U', 0, 0, 0],
      ['O', 0, 0, 1.76],
    ];
    const calculation = resolveCalculation(
      { charge: 4, multiplicity: 1, atoms },
      parseRecipeOptions({ optimizer: 'orca', scfMaxIterations: 77 }),
    );
    const job = parseInput(renderInput(calculation, { ranks: 2, maxCoreMb: 1500 }));
    expect(job).toMatchObject({
      runType: 'optimization',
      charge: 4,
      multiplicity: 1,
      ranks: 2,
      maxCoreMb: 1500,
      scfLimit: 77,
    });
    expect(job.atoms.map(({ symbol, position }) => [symbol, ...position])).toEqual(atoms);
    expect(job.ignored).toEqual(expect.arrayContaining(['wB97M-V', 'RIJCOSX', '%basis']));
  });
});

/** What the front would print. */
function refusalOf(text: string): string {
  try {
    checkSystem(parseInput(text));
  } catch (error) {
    if (error instanceof Error) return `${error.message}\n`;
  }
  return 'accepted\n';
}

describe('what is refused, in words that a reader of ORCA’s outputs knows', () => {
  it.each([
    ['frequencies', `! HF Opt Freq\n${water}`, 'input_keyword'],
    ['numerical gradients', `! HF NumGrad\n${water}`, 'input_keyword'],
    ['a path', `! HF NEB-TS\n${water}`, 'input_keyword'],
    ['a saddle point', `! HF OptTS\n${water}`, 'input_keyword'],
    ['a file of coordinates', '! HF\n*xyzfile 0 1 a.xyz\n', 'input_syntax'],
    ['no coordinates', '! HF\n', 'input_syntax'],
    ['a broken line', '! HF\n*xyz 0 1\nO 0 0\n*\n', 'input_syntax'],
    ['no such element', '! HF\n*xyz 0 1\nXx 0 0 0\n*\n', 'input_syntax'],
    ['an impossible multiplicity', '! HF\n*xyz 1 1\nO 0 0 0\n*\n', 'input_multiplicity'],
    ['no electrons', '! HF\n*xyz 1 1\nH 0 0 0\n*\n', 'input_no_electrons'],
    ['atoms on top of each other', '! HF\n*xyz 0 1\nO 0 0 1\nO 0 0.01 1\n*\n', 'input_geometry'],
  ])('%s', (_what, text, failureClass) => {
    expect(classesInRun(readText(refusalOf(text)))).toContain(failureClass);
  });
});
