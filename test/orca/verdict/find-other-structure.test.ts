import { describe, expect, it } from 'vitest';
import type { Atom } from '../../../core/job/calculation.ts';
import { createOutputReader } from '../../../orca/output/read-output.ts';
import { findOtherStructure } from '../../../orca/verdict/find-other-structure.ts';

const h2 = (distance: number): Atom[] => [
  ['H', 0, 0, 0],
  ['H', 0, 0, distance],
];
const asked = { atoms: h2(0.75), charge: 0, multiplicity: 1 };
const computed: Parameters<typeof findOtherStructure>[0] = {
  charge: 0,
  multiplicity: 1,
  firstAtoms: h2(0.75),
  engine: null,
  hasPointCharges: false,
};
/** A table of coordinates as ORCA prints it. */
const table = (z: string): string =>
  `CARTESIAN COORDINATES (ANGSTROEM)\n---------------------------------\n  H      0.000000    0.000000    0.000000\n  H      0.000000    0.000000    ${z}\n\n`;

describe('findOtherStructure', () => {
  it.each<[string, Partial<typeof computed>, string | undefined]>([
    ['the same', {}, undefined],
    ['an output that does not say', { charge: null, multiplicity: null, firstAtoms: null }, undefined],
    [
      'another distance',
      { firstAtoms: h2(0.8) },
      expect.stringMatching(/^atoms 1 and 2 are 0.800 Å apart in it, requested was 0.750 Å/),
    ],
    ['the sixth decimal', { firstAtoms: h2(0.750_000_4) }, undefined],
    [
      'the molecule elsewhere and turned',
      {
        firstAtoms: [
          ['H', 5, 1, 0],
          ['H', 5.75, 1, 0],
        ],
      },
      undefined,
    ],
    [
      'another element',
      {
        firstAtoms: [
          ['H', 0, 0, 0],
          ['F', 0, 0, 0.75],
        ],
      },
      expect.stringMatching(/not the 2 requested/),
    ],
    ['an atom more', { firstAtoms: [...h2(0.75), ['H', 0, 0, 9]] }, expect.stringMatching(/3 atoms/)],
    ['another charge', { charge: 1 }, expect.stringMatching(/charge 1, requested was 0/)],
    ['another multiplicity', { multiplicity: 3 }, expect.stringMatching(/multiplicity 3, requested was 1/)],
    ['another program, whose order is its own', { engine: 'NWChem', firstAtoms: h2(0.8) }, undefined],
  ])('%s', (_, changes, words) => {
    expect(findOtherStructure({ ...computed, ...changes }, asked)).toEqual(words);
  });

  it('reads where a run began from its first table, not from the last', () => {
    const reader = createOutputReader();
    reader.push(Buffer.from(table('0.800000') + table('0.750000')));
    expect(reader.finish().firstAtoms).toEqual(h2(0.8));
  });
});
