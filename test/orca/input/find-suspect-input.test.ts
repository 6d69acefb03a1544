import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import type { Atom } from '../../../core/job/calculation.ts';
import { findRecipeDoubts, findUnitDoubt } from '../../../orca/input/find-suspect-input.ts';
import { parseGeometry } from '../../../orca/structure/parse-geometry.ts';
import { parseRecipeOptions } from '../../../orca/recipe/recipe-options.ts';
import { actinidesCsv } from '../corpus.ts';

const exampleCsv = join(import.meta.dirname, '../../../examples', 'actinides-24.csv');
const bohr = 0.529177;
const scale = (atoms: Atom[], factor: number): Atom[] =>
  atoms.map(([symbol, x, y, z]) => [symbol, x * factor, y * factor, z * factor]);

test.each([exampleCsv, actinidesCsv].filter(existsSync))('units of %s', (file) => {
  const rows = parse<Record<string, string>>(readFileSync(file), { columns: true });
  const structures = rows.map((row) => parseGeometry(row['aligned_csd_core'] ?? ''));
  expect(structures.filter((atoms) => findUnitDoubt(atoms) !== undefined)).toEqual([]);
  // A warning is given only where it is certain, so not all of them are found.
  const found = (factor: number): number =>
    structures.filter((atoms) => findUnitDoubt(scale(atoms, factor)) !== undefined).length /
    structures.length;
  expect(found(1 / bohr)).toBeGreaterThan(0.3);
  expect(found(bohr)).toBeGreaterThan(0.3);
});

test.each([
  ['a lone atom', 'U 0 0 0'],
  ['an argon cluster', 'Ar 0 0 0\nAr 3.8 0 0\nAr 0 3.8 0\nAr 0 0 3.8'],
  ['two waters', 'O 0 0 0\nH 0.96 0 0\nH -0.24 0.93 0\nO 0 0 5\nH 0.96 0 5\nH -0.24 0.93 5'],
])('%s raises no doubt', (_name, geometry) => {
  expect(findUnitDoubt(parseGeometry(geometry))).toBeUndefined();
});

describe('recipes', () => {
  test.each([
    [{}, []],
    [{ recipe: 'pm3', nbo: true, ksMethod: 'uks' }, [/pm3 ignores nbo, ksMethod/]],
    [{ optLevel: 'tight' }, [/no effect without optimizer/]],
    [{ optLevel: 'tight', optimizer: 'orca' }, []],
    [{ recipe: 'x2c' }, [/also get the ECP 'def-ECP'/]],
    [{ recipe: 'dk3', actinideEcp: 'none' }, []],
  ])('%j', (options, expected) => {
    expect(findRecipeDoubts(parseRecipeOptions(options))).toEqual(
      expected.map((doubt) => expect.stringMatching(doubt)),
    );
  });
});
