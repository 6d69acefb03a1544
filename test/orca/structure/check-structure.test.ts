import { expect, test } from 'vitest';
import type { Atom } from '../../../core/job/calculation.ts';
import { checkStructure } from '../../../orca/structure/check-structure.ts';
import { parseGeometry } from '../../../orca/structure/parse-geometry.ts';

const uranyl = parseGeometry('U 0 0 0\nO 0 0 1.76\nO 0 0 -1.76');
const proton = parseGeometry('H 0 0 0');

test.each([
  ['uranyl', uranyl, 2, 1],
  ['uranyl, triplet', uranyl, 2, 3],
  ['uranyl(V)', uranyl, 1, 2],
  ['hydride', proton, -1, 1],
  ['hydrogen far inside its bond', parseGeometry('H 0 0 0\nH 0.19 0 0'), 0, 1],
  ['an actinyl bond compressed by half', parseGeometry('U 0 0 0\nO 0 0 0.88\nO 0 0 -0.88'), 2, 1],
])('%s passes', (_name, atoms, charge, multiplicity) => {
  expect(() => checkStructure({ atoms, charge, multiplicity })).not.toThrow();
});

test.each<[string, Atom[], number, number, RegExp]>([
  ['no atoms', [], 0, 1, /no atoms/],
  ['wrong parity', uranyl, 2, 2, /106 electrons \(charge 2\) cannot have multiplicity 2/],
  ['no electrons', proton, 1, 1, /charge 1 no electron is left/],
  ['more unpaired electrons than electrons', proton, 0, 4, /needs 3 unpaired electrons, there are 1/],
  ['multiplicity 0', uranyl, 2, 0, /multiplicity 0 is not a whole number of 1 or more/],
  ['half a multiplicity', uranyl, 2, 1.5, /multiplicity 1.5/],
  ['a charge that is no number', uranyl, NaN, 1, /charge NaN is not a whole number/],
  ['a coordinate that is no number', [['U', 0, NaN, 0]], 0, 1, /atom 1 \(U\) has a coordinate/],
  ['an unknown element', [['Xx', 0, 0, 0]], 0, 1, /atom 1: 'Xx' is not an element/],
  [
    'atoms on top of each other',
    [...uranyl, ['O', 0, 0.05, 1.76]],
    2,
    1,
    /atom 2 \(O\) and atom 4 \(O\) are 0\.050 Å apart; nearer than 0\.40 Å/,
  ],
  [
    'two atoms in one place',
    parseGeometry('U 0 0 0\nO 0 0 0'),
    0,
    1,
    /are 0\.000 Å apart; nearer than 0\.79 Å/,
  ],
  ['an oxygen inside an actinide', parseGeometry('U 0 0 0\nO 0 0 0.7'), 0, 1, /are 0\.700 Å apart/],
  ['infinity', [['U', 0, Infinity, 0]], 0, 1, /atom 1 \(U\) has a coordinate/],
  ['a slipped column', [['U', 2e6, 0, 0]], 0, 1, /atom 1 \(U\) lies more than 100000 Å/],
])('%s is refused', (_name, atoms, charge, multiplicity, message) => {
  expect(() => checkStructure({ atoms, charge, multiplicity })).toThrowError(message);
  expect(() => checkStructure({ atoms, charge, multiplicity })).toThrowError(
    expect.objectContaining({ code: 'STRUCTURE_INVALID' }),
  );
});

test('211 atoms are checked in a few milliseconds', () => {
  const atoms: Atom[] = Array.from({ length: 211 }, (_, index) => [
    'C',
    index * 1.5,
    (index % 7) * 2,
    index % 11,
  ]);
  const startedAt = performance.now();
  for (let round = 0; round < 20; round += 1) checkStructure({ atoms, charge: 0, multiplicity: 1 });
  // Ten times what it takes on a slow machine.
  expect((performance.now() - startedAt) / 20).toBeLessThan(50);
});
