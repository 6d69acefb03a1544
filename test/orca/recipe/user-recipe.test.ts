import { describe, expect, test } from 'vitest';
import { parseGeometry } from '../../../orca/structure/parse-geometry.ts';
import { listBasisFiles, parseRecipeOptions } from '../../../orca/recipe/recipe-options.ts';
import { recipeOptionsSchema } from '../../../orca/recipe/recipe-schema.ts';
import { resolveCalculation } from '../../../orca/input/resolve-calculation.ts';
import { parseUserRecipes } from '../../../orca/recipe/user-recipe.ts';
import { catchError } from '../../workflow/expect-error.ts';

const uranyl = { atoms: parseGeometry('U 0 0 0\nO 0 0 1.76\nO 0 0 -1.76'), charge: 2, multiplicity: 1 };
const iodide = { atoms: parseGeometry('U 0 0 0\nI 0 0 3\nI 3 0 0'), charge: 1, multiplicity: 4 };
const singletIodide = { ...iodide, charge: 2, multiplicity: 1 };

const resolve = (recipe: object, structure: typeof uranyl = uranyl, options: object = {}) =>
  resolveCalculation(
    structure,
    parseRecipeOptions({ recipe: 'mine', ...options }, parseUserRecipes({ mine: recipe })),
  );

describe('a recipe that extends a built-in one', () => {
  test('adds words and blocks, and leaves others out', () => {
    const { keywords, blocks } = resolve({
      extends: 'omol',
      keywords: ['SlowConv', 'CPCM(water)'],
      without: ['normalconv', '%output'],
      blocks: ['%geom MaxIter 200 end\n'],
    });
    expect(keywords.join(' ')).toBe(
      'wB97M-V def2-TZVPD EnGrad RIJCOSX def2/J NoUseSym DIIS NOSOSCF DEFGRID3 ALLPOP NoTRAH SlowConv CPCM(water) NONBO NONPA UKS',
    );
    expect(blocks.map((block) => block.split(/\s/)[0])).toEqual(['%scf', '%elprop', '%geom', '%basis']);
  });

  test('sets options, which campaign and flags may set otherwise', () => {
    const recipe = {
      extends: 'x2c',
      functional: 'PBE0',
      actinideEcp: 'none',
      actinideBasis: 'SARC-DKH-TZVP',
    };
    expect(resolve(recipe).keywords[0]).toBe('PBE0');
    expect(resolve(recipe, uranyl, { functional: 'TPSS' }).keywords[0]).toBe('TPSS');
    expect(resolve(recipe).blocksAfterResources).toEqual(['%scf rotate {52, 53, 20, 1, 1} end end']);
  });

  test('gives elements their own sets; the actinide ECP does not go with a basis of its own', () => {
    const basis = { U: 'SARC-DKH-TZVP', I: 'def2-QZVPPD' };
    expect(resolve({ extends: 'omol', basis }, iodide).blocks.at(-1)).toBe(
      '%basis\n  NewGTO U "SARC-DKH-TZVP" end\n  NewGTO I "def2-QZVPPD" end\nend',
    );
    expect(resolve({ extends: 'omol', basis, ecp: { I: 'def2-ECP' } }, iodide).blocks.at(-1)).toBe(
      '%basis\n  NewGTO U "SARC-DKH-TZVP" end\n  NewGTO I "def2-QZVPPD" end\n  NewECP I "def2-ECP" end\nend',
    );
  });

  test('without %scf the limit is ORCA’s, unless one is asked for', () => {
    const recipe = { extends: 'omol', without: ['%scf'] };
    expect(resolve(recipe).blocks[0]).toContain('%elprop');
    expect(resolve(recipe, uranyl, { scfMaxIterations: 40 }).blocks[2]).toBe('%scf\n  maxiter 40\nend');
  });

  test('says which electrons are in a core where ORCA’s manual does not', () => {
    const x2c = { extends: 'x2c', actinideEcp: 'none', actinideBasis: 'SARC-DKH-TZVP' };
    expect(resolve(x2c, singletIodide).blocksAfterResources).toEqual([]);
    // 92 + 106 - 2 = 196 electrons, and 140 of them outside two cores of 28.
    const rotated = (ecp: object) => resolve({ ...x2c, ecp }, singletIodide).blocksAfterResources[0];
    expect(rotated({ I: 'none' })).toContain('{97, 98,');
    expect(rotated({ I: 'def2-ECP' })).toContain('{69, 70,');
  });
});

test('a recipe of its own holds what it says, and the run word', () => {
  const recipe = { functional: 'r2SCAN-3c', basis: 'none', keywords: ['TightSCF'], brokenSymmetry: false };
  const calculation = resolve(recipe, uranyl, { optimizer: 'orca', scfMaxIterations: 300 });
  expect(calculation).toMatchObject({
    recipe: 'mine',
    runType: 'optimization',
    keywords: ['r2SCAN-3c', 'Opt', 'TightSCF'],
    blocks: ['%scf\n  maxiter 300\nend'],
    blocksAfterResources: [],
  });
});

test('the definition goes with the batch: read back, it gives the same input without oact.yaml', () => {
  const recipes = parseUserRecipes({
    mine: { extends: 'dk3', keywords: ['SlowConv'], without: ['NormalConv'] },
  });
  const options = parseRecipeOptions({ recipe: 'mine' }, recipes);
  const stored = recipeOptionsSchema.parse(JSON.parse(JSON.stringify(options)));
  expect(resolveCalculation(uranyl, stored)).toEqual(resolveCalculation(uranyl, options));
});

test('basis files are listed once', () => {
  const recipes = parseUserRecipes({ mine: { extends: 'x2c', basis: { U: '/b/x.bas', Np: '/b/x.bas' } } });
  expect(listBasisFiles(parseRecipeOptions({ recipe: 'mine' }, recipes))).toEqual(['/b/x.bas']);
  expect(() => parseRecipeOptions({ recipe: 'mine', nonActinideBasis: '/b/y.bas' }, recipes)).toThrowError(
    /ORCA reads one basis file, and \/b\/y\.bas and \/b\/x\.bas are named/,
  );
});

describe('a recipe is refused', () => {
  test.each<[string, object, RegExp]>([
    ['an unknown key', { extends: 'omol', keyword: ['X'] }, /no setting 'keyword'\. Did you mean keywords\?/],
    ['an unknown base', { extends: 'omoll' }, /no built-in recipe 'omoll'; known: omol, omol_base/],
    ['neither base nor method', { keywords: ['TightSCF'] }, /neither 'extends' nor 'functional'/],
    [
      'an unknown element',
      { extends: 'omol', basis: { Xx: 'def2-SVP' } },
      /basis\.Xx: 'Xx' is not the symbol of an element/,
    ],
    ['words in one', { extends: 'omol', keywords: ['SlowConv TightSCF'] }, /one word/],
    ['a word that is not ASCII', { extends: 'omol', keywords: ['Größe'] }, /one word/],
    ['ranks as a word', { extends: 'omol', keywords: ['PAL8'] }, /PAL8: the slot decides/],
    ['a run word', { extends: 'omol', keywords: ['Opt'] }, /Opt: use 'optimizer'/],
    ['a basis as a word', { extends: 'omol', keywords: ['def2-SVP'] }, /def2-SVP: use 'basisWord'/],
    ['a restart word', { extends: 'omol', keywords: ['MORead'] }, /MORead: oact writes/],
    [
      'a word that is not there to leave out',
      { extends: 'omol', without: ['TRAH'] },
      /leaves out TRAH, which omol does not have/,
    ],
    [
      'nothing to leave words out of',
      { functional: 'PBE', without: ['TRAH'] },
      /has 'without' but no 'extends'/,
    ],
    ['%pal', { extends: 'omol', blocks: ['%pal nprocs 8 end'] }, /blocks\[0\]: .*%pal: the slot decides/],
    ['%maxcore', { extends: 'omol', blocks: ['%MaxCore 4000'] }, /%maxcore: the slot decides the memory/],
    [
      'coordinates',
      { extends: 'omol', blocks: ['%coords CTyp xyz end'] },
      /the geometry comes from the record/,
    ],
    [
      'coordinates in a block',
      { extends: 'omol', blocks: ['%geom\n* xyz 0 1\nend'] },
      /keyword lines, coordinates/,
    ],
    ['%basis', { extends: 'omol', blocks: ['%basis NewGTO U "x" end end'] }, /under 'basis' and 'ecp'/],
    [
      'two blocks in one',
      { extends: 'omol', blocks: ['%geom MaxIter 3 end\n%pal nprocs 4 end'] },
      /a second '%'/,
    ],
    ['a comment', { extends: 'omol', blocks: ['%geom MaxIter 3 # enough\nend'] }, /must not hold comments/],
    ['a block without end', { extends: 'omol', blocks: ['%geom MaxIter 3'] }, /must end with 'end'/],
    ['a block that is none', { extends: 'omol', blocks: ['MaxIter 3 end'] }, /must begin with '%'/],
    ['a block that is not ASCII', { extends: 'omol', blocks: ['%cpcm solvent "Äther" end'] }, /not ASCII/],
    [
      'an open quote',
      { extends: 'omol', blocks: ['%cpcm solvent "water end'] },
      /a quote that is not closed/,
    ],
    ['its own SCF limit', { extends: 'omol', blocks: ['%scf MaxIter 900 end'] }, /use 'scfMaxIterations'/],
    ['no object', ['omol'], /it is a section with keys/],
  ])('%s', (_name, recipe, message) => {
    const error = catchError(() => parseUserRecipes({ mine: recipe }));
    expect(error.code).toBe('RECIPE_INVALID');
    expect(error.message).toMatch(/the recipe 'mine' under 'recipes'/);
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(/\w/);
  });

  test.each<[string, object, RegExp]>([
    ['a word given twice', { keywords: ['allpop'] }, /the word allpop stands twice/],
    ['words that exclude each other', { keywords: ['SlowConv'] }, /NormalConv and SlowConv contradict/],
    ['a Kohn-Sham word beside the option', { keywords: ['RKS'], ksMethod: 'uks' }, /RKS and UKS contradict/],
    ['EnGrad with Freq', { keywords: ['Freq'] }, /EnGrad and Freq/],
  ])('%s', (_name, recipe, message) => {
    expect(() => resolve({ extends: 'omol', ...recipe })).toThrowError(message);
  });

  test.each(['omol', 'pm3', 'my recipe', ''])("the name '%s'", (name) => {
    expect(() => parseUserRecipes({ [name]: { extends: 'omol' } })).toThrowError(/built-in|no name/);
  });

  test('an unknown one, with the list of all', () => {
    const recipes = parseUserRecipes({ mine: { extends: 'omol' } });
    expect(() => parseRecipeOptions({ recipe: 'yours' }, recipes)).toThrowError(/known: omol, .*pm3, mine/);
  });
});
