import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { type Atom, type Calculation, calculationSchema } from '../../core/job/calculation.ts';
import { OactError } from '../../core/errors.ts';
import type { Structure } from '../../orca/structure/check-structure.ts';
import { atomicNumberOf, symbolOf } from '../../orca/structure/elements.ts';
import { parseGeometry } from '../../orca/structure/parse-geometry.ts';
import { parseRecipeOptions } from '../../orca/recipe/recipe-options.ts';
import type { RecipeOptions } from '../../orca/recipe/recipe-schema.ts';
import { renderInput } from '../../orca/input/render-input.ts';
import { resolveCalculation } from '../../orca/input/resolve-calculation.ts';
import { parseUserRecipes } from '../../orca/recipe/user-recipe.ts';
import { parseInput } from '../../stand-in/input/parse-input.ts';
import { actinidesCsv } from './corpus.ts';
import { parseRenderedInput } from './parse-rendered-input.ts';

const slot = { ranks: 12, maxCoreMb: 2750 };
const exampleCsv = join(import.meta.dirname, '..', '..', 'examples', 'actinides-24.csv');

/** The rendered text says exactly what was resolved, to our parser and to another one. */
function expectRoundTrip(calculation: Calculation): void {
  const text = renderInput(calculationSchema.parse(JSON.parse(JSON.stringify(calculation))), slot);
  const { recipe: _, ...said } = calculation;
  expect(parseRenderedInput(text)).toEqual({ ...said, ...slot });
  expect(text).toMatch(/^[\n -~]+\n\*\n$/);
  const read = parseInput(text, () => undefined);
  expect(read).toMatchObject({
    words: calculation.keywords,
    charge: calculation.charge,
    multiplicity: calculation.multiplicity,
    processCount: slot.ranks,
    settings: { maxcore: slot.maxCoreMb },
  });
  expect(read.atoms.map(({ element, x, y, z }) => [element.symbol, x, y, z])).toEqual(calculation.atoms);
}

/** mulberry32: the same structures in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const pick = <T>(random: () => number, list: readonly [T, ...T[]]): T =>
  list[Math.floor(random() * list.length)] ?? list[0];

function aRandomStructure(random: () => number): Structure {
  const atoms: Atom[] = Array.from({ length: 1 + Math.floor(random() * 12) }, (_, index) => [
    symbolOf(1 + Math.floor(random() * 103)) ?? 'H',
    index * 4 + random(),
    (random() - 0.5) * 10 ** Math.floor(random() * 24 - 20),
    Number((random() * 100 - 50).toFixed(Math.floor(random() * 17))) + 0,
  ]);
  const charge = Math.floor(random() * 5) - 2;
  const electrons = atoms.reduce((sum, [symbol]) => sum + (atomicNumberOf(symbol) ?? 0), -charge);
  return { atoms, charge, multiplicity: (electrons % 2) + 1 + 2 * Math.floor(random() * 3) };
}

function someRandomOptions(random: () => number): Record<string, unknown> {
  return {
    recipe: pick(random, ['omol', 'omol_base', 'x2c', 'dk3', 'pm3', 'mine']),
    functional: pick(random, ['wB97M-V', 'PBE0', 'r2SCAN0']),
    scfMaxIterations: pick(random, [null, 1, 999]),
    nbo: pick(random, [false, true]),
    mbis: pick(random, [false, true]),
    kdiis: pick(random, [false, true]),
    optimizer: pick(random, [null, 'orca']),
    optLevel: pick(random, ['loose', 'normal', 'tight', 'verytight']),
    ksMethod: pick(random, [null, 'uks', 'roks', 'rks']),
    brokenSymmetry: pick(random, [true, false]),
    rotateIndex: pick(random, ['corrected', 'existing']),
  };
}

const mine = parseUserRecipes({
  mine: {
    extends: 'omol',
    without: ['NOSOSCF', '%elprop'],
    keywords: ['SOSCF'],
    blocks: ['%geom\n  MaxIter 200\n  Constraints { B 0 1 C } end\nend'],
    basis: { I: 'def2-QZVPPD' },
  },
});

test('random calculations read back as they were', () => {
  const random = seeded(4);
  const refusals: OactError[] = [];
  const rounds = 1500;
  for (let round = 0; round < rounds; round += 1) {
    const structure = aRandomStructure(random);
    const options = parseRecipeOptions(someRandomOptions(random), mine);
    const resolved = resolveOrRefuse(structure, options);
    if (resolved instanceof OactError) refusals.push(resolved);
    else expectRoundTrip(resolved);
  }
  expect(refusals.length).toBeGreaterThan(100);
  expect(rounds - refusals.length).toBeGreaterThan(300);
  expect(new Set(refusals.map(({ code }) => code))).toEqual(new Set(['STRUCTURE_INVALID', 'RECIPE_UNFIT']));
  expect(refusals.filter(({ hint }) => hint === undefined)).toEqual([]);
});

function resolveOrRefuse(structure: Structure, options: RecipeOptions): Calculation | OactError {
  try {
    return resolveCalculation(structure, options);
  } catch (error) {
    if (error instanceof OactError) return error;
    throw error;
  }
}

const csvFiles = [exampleCsv, actinidesCsv].filter(existsSync);

test.each(csvFiles.flatMap((file) => ['omol', 'omol_base', 'x2c', 'dk3'].map((recipe) => [file, recipe])))(
  'every record of %s in %s reads back as it was',
  (file, recipe) => {
    const options = parseRecipeOptions({ recipe });
    const rows = parse<Record<string, string>>(readFileSync(file), { columns: true });
    for (const row of rows) {
      const atoms = parseGeometry(row['aligned_csd_core'] ?? '');
      const structure = { atoms, charge: Number(row['charge']), multiplicity: Number(row['spin']) };
      expectRoundTrip(resolveCalculation(structure, options));
    }
    expect(rows.length).toBeGreaterThan(20);
  },
);
