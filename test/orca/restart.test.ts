import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import type { Atom, Calculation } from '../../core/job/calculation.ts';
import { applyRestart } from '../../orca/input/apply-restart.ts';
import { findGbwProblem } from '../../orca/input/check-gbw.ts';
import { hasSymbols } from '../../orca/input/has-symbols.ts';
import { readLastFrame, tailOfTrajectory } from '../../orca/input/read-last-frame.ts';
import { parseRecipeOptions } from '../../orca/recipe/recipe-options.ts';
import { renderInput } from '../../orca/input/render-input.ts';
import { resolveCalculation } from '../../orca/input/resolve-calculation.ts';
import { parseUserRecipes } from '../../orca/recipe/user-recipe.ts';
import { parseInput } from '../../stand-in/input/parse-input.ts';
import { corpusRoot } from './corpus.ts';
import { parseRenderedInput } from './parse-rendered-input.ts';

const sidecarsDir = join(corpusRoot, 'sidecars');
const slot = { ranks: 4, maxCoreMb: 2000 };
const header = (...offsets: number[]): Uint8Array => {
  const bytes = Buffer.alloc(8 * offsets.length);
  for (const [index, offset] of offsets.entries()) bytes.writeBigInt64LE(BigInt(offset), 8 * index);
  return bytes;
};
const frame = (x: number): string =>
  `3\nCoordinates from ORCA-job orca E -626.5\n  U       0.000000      0.000000      0.000000\n` +
  `  O       0.000000      0.000000      ${x.toFixed(6)}\n  O       0.000000      0.000000     -${x.toFixed(6)}\n`;
const atoms = (x: number): Atom[] => [
  ['U', 0, 0, 0],
  ['O', 0, 0, x],
  ['O', 0, 0, -x],
];
const basisOf = ({ blocks, blocksAfterResources }: Calculation): string[] =>
  [...blocks, ...blocksAfterResources].filter((block) => block.startsWith('%basis'));
const textOf = (calculation: Calculation): string => renderInput(calculation, slot);

describe('a gbw file', () => {
  test.each([
    ['whole, without core potentials', header(40, 651_768, 651_908, 660_768, 0), 661_000, /^none$/],
    ['whole, with core potentials', header(40, 651_768, 651_908, 660_768, 660_900), 661_000, /^none$/],
    ['as it is before the first iteration', header(40, 651_768, 651_908, 0, 0), 655_000, /no orbitals yet/],
    ['cut behind its header', header(40, 651_768, 651_908, 660_768, 0), 655_000, /is cut/],
    ['cut in its header', header(40, 651_768), 16, /is cut: 16 bytes/],
    ['empty', header(), 0, /is cut: 0 bytes/],
    ['of another kind', Buffer.alloc(40, 'x'), 1000, /header is not that/],
    ['with an offset before its data', header(40, 8, 651_908, 660_768, 0), 661_000, /is cut/],
    ['whose core potentials are cut', header(40, 400, 500, 600, 900), 800, /is cut/],
  ])('%s', (_, head, size, problem) => {
    expect(findGbwProblem(head, size) ?? 'none').toMatch(problem);
  });

  it.skipIf(!existsSync(sidecarsDir))('of a real run is whole, and not when a piece of it is missing', () => {
    const bytes = readFileSync(join(sidecarsDir, 'orcaparser-H2', 'H2.gbw'));
    expect(findGbwProblem(bytes.subarray(0, 40), bytes.length)).toBeUndefined();
    expect(findGbwProblem(bytes.subarray(0, 40), 655_360)).toMatch(/is cut/);
  });
});

describe('the last whole frame', () => {
  const symbols = ['U', 'O', 'O'];
  const two = frame(2) + frame(1.9);

  test.each([
    ['of whole ones', two, 1.9],
    ['with Windows line ends', two.replaceAll('\n', '\r\n'), 1.9],
    ['before one that was cut in a line', two + frame(1.8).slice(0, -20), 1.9],
    // -1.80 could be -1.800000 or -1.801234.
    ['before one that was cut in its last number', two + frame(1.8).slice(0, -3), 1.9],
    ['before one that was cut behind its last number', two + frame(1.8).slice(0, -1), 1.9],
    ['before a heading alone', `${two}3\nCoordinates from`, 1.9],
    ['before one with a number that is none', two + frame(1.8).replace('1.800000', '*********'), 1.9],
    ['alone', frame(2), 2],
  ])('%s', (_, text, x) => {
    expect(readLastFrame(text, symbols)).toEqual(atoms(x));
    expect(readLastFrame(text.slice(-tailOfTrajectory(3)), symbols)).toEqual(atoms(x));
  });

  test.each([
    ['of another molecule', frame(2).replace('  U', '  Np')],
    ['of more atoms', frame(2).replace(/^3/, '4')],
    ['of nothing', ''],
    ['cut in its first frame', frame(2).slice(0, 90)],
  ])('is none %s', (_, text) => expect(readLastFrame(text, symbols)).toBeUndefined());

  it.skipIf(!existsSync(sidecarsDir))('of a real run', () => {
    const text = readFileSync(join(sidecarsDir, 'orcaparser-C20', 'C20_trj.xyz'), 'utf8');
    const carbons = Array.from({ length: 20 }, () => 'C');
    const last = readLastFrame(text, carbons);
    expect(last).toHaveLength(20);
    expect(readLastFrame(text.slice(-tailOfTrajectory(20)), carbons)).toEqual(last);
  });
});

describe('a restarted calculation', () => {
  const geometry: Atom[] = [
    ['U', 0, 0, 0],
    ['O', 0, 0, 2],
    ['O', 0, 0, -2],
  ];
  const later: Atom[] = [
    ['U', 0, 0, 0],
    ['O', 0, 0, 1.76],
    ['O', 0, 0, -1.76],
  ];
  const calculate = (options: Record<string, unknown>, multiplicity = 1): Calculation =>
    resolveCalculation({ atoms: geometry, charge: 2, multiplicity }, parseRecipeOptions(options));
  const optimization = calculate({ optimizer: 'orca' });
  const all = { orbitals: true, atoms: later, hessian: true };

  it('goes on with orbitals, geometry and Hessian; method and basis stay', () => {
    const restarted = applyRestart(optimization, all);
    expect(restarted.keywords).toEqual([...optimization.keywords, 'MORead']);
    expect(restarted.atoms).toEqual(later);
    expect(restarted.blocks.slice(0, 2)).toEqual([
      '%moinp "restart.gbw"',
      '%geom\n InHess Read InHessName "restart.opt"\nend',
    ]);
    expect(basisOf(restarted)).toEqual(basisOf(optimization));
  });

  it('names MORead where the recipe names a guess, and does not rotate orbitals twice', () => {
    expect(textOf(optimization)).toMatch(/Guess PModel[\s\S]*rotate \{22, 23, 20, 1, 1\}/);
    expect(textOf(applyRestart(optimization, all))).toContain('Guess MORead');
    expect(textOf(applyRestart(optimization, all))).not.toMatch(/PModel|rotate|%scf\s+end/);
  });

  it('of a single point takes orbitals only', () => {
    const single = calculate({});
    expect(applyRestart(single, all)).toMatchObject({ atoms: geometry, runType: 'gradient' });
    expect(renderInput(applyRestart(single, all), slot)).not.toContain('InHess');
  });

  it.each([
    ['nothing', { orbitals: false, atoms: null, hessian: false }],
    ['a Hessian without its geometry', { orbitals: false, atoms: null, hessian: true }],
  ])('of %s is the calculation itself', (_, material) => {
    expect(applyRestart(optimization, material)).toEqual(optimization);
  });

  it.each(['NoIter', 'MORead'])('leaves a recipe with %s as it is', (word) => {
    const calculation = { ...optimization, keywords: [...optimization.keywords, word] };
    expect(applyRestart(calculation, { ...all, atoms: null })).toEqual(calculation);
  });

  it('puts the Hessian into the %geom block that the recipe has, unless it reads one already', () => {
    const recipes = parseUserRecipes({
      mine: { extends: 'omol', optimizer: 'orca', blocks: ['%geom MaxIter 200 end'] },
      own: { extends: 'omol', optimizer: 'orca', blocks: ['%geom InHess XTB2 end'] },
    });
    const geomOf = (recipe: string): string[] =>
      applyRestart(
        resolveCalculation(
          { atoms: geometry, charge: 2, multiplicity: 1 },
          parseRecipeOptions({ recipe }, recipes),
        ),
        all,
      ).blocks.filter((block) => block.startsWith('%geom'));
    expect(geomOf('mine')).toEqual(['%geom InHess Read InHessName "restart.opt" MaxIter 200 end']);
    expect(geomOf('own')).toEqual(['%geom InHess XTB2 end']);
  });

  it('renders to an input that two parsers read back as it was meant', () => {
    const restarted = applyRestart(optimization, all);
    const text = renderInput(restarted, slot);
    const { recipe: _, ...said } = restarted;
    expect(parseRenderedInput(text)).toEqual({ ...said, ...slot });
    expect(parseInput(text, () => undefined).settings).toMatchObject({
      moInput: 'restart.gbw',
      readsHessian: true,
      hessianFile: 'restart.opt',
    });
  });

  it('is known by the elements of its input', () => {
    const text = renderInput(optimization, slot);
    expect(hasSymbols(text, ['U', 'O', 'O'])).toBe(true);
    for (const other of [['U', 'O'], ['Np', 'O', 'O'], ['U', 'O', 'O', 'O'], []])
      expect(hasSymbols(text, other)).toBe(false);
    expect(hasSymbols('! HF\n* xyzfile 0 1 a.xyz\n', ['H'])).toBe(false);
  });
});
