import { describe, expect, test } from 'vitest';
import { parseChargeAndMultiplicity } from '../../orca/parse-charge-multiplicity.ts';
import { parseExtendedComment } from '../../orca/parse-extended-comment.ts';
import { parseXyzFrames } from '../../orca/parse-xyz-frames.ts';

async function readFrames(text: string): Promise<unknown[]> {
  const frames: unknown[] = [];
  for await (const frame of parseXyzFrames(text.split('\n'))) frames.push(frame);
  return frames;
}

describe('frames', () => {
  test('plain, two of them, blank comment, blank lines between, CRLF', async () => {
    expect(await readFrames('1\r\n\r\nU 0 0 0\r\n\r\n2\r\nsecond\r\nO 0 0 0\r\nh 0 0 1\r\n')).toEqual([
      { line: 1, comment: '', properties: {}, atoms: [['U', 0, 0, 0]] },
      {
        line: 5,
        comment: 'second',
        properties: { second: 'T' },
        atoms: [
          ['O', 0, 0, 0],
          ['H', 0, 0, 1],
        ],
      },
    ]);
  });

  test('extended, with the position in other columns', async () => {
    const comment = 'Properties=forces:R:3:pos:R:3:species:S:1 charge=2 pbc="F F F"';
    expect(await readFrames(`1\n${comment}\n9 9 9 0 0 1.5 U`)).toMatchObject([
      { properties: { charge: '2', pbc: 'F F F' }, atoms: [['U', 0, 0, 1.5]] },
    ]);
  });

  test('extended, with atomic numbers', async () => {
    expect(await readFrames('1\nProperties=Z:I:1:pos:R:3\n92 0 0 0')).toMatchObject([
      { atoms: [['U', 0, 0, 0]] },
    ]);
  });

  test('a bad one is reported, the next one is read', async () => {
    expect(await readFrames('1\nbad\nQq 0 0 0\n1\ngood\nU 0 0 0')).toMatchObject([
      { line: 3, problem: "'Qq' is not an element" },
      { line: 4, comment: 'good' },
    ]);
  });

  test.each([
    ['x\n\nU 0 0 0', { line: 1, problem: "'x' is not an atom count" }],
    ['3\n\nU 0 0 0\nO 0 0 1', { line: 1, problem: 'the file ends after 2 of 3 atoms' }],
    ['0\n\n', { line: 1, problem: 'the frame has no atoms' }],
    ['1\nProperties=pos:R:3\n0 0 0', { line: 2, problem: 'Properties= names no species or no pos' }],
  ])('%j is a problem', async (text, problem) => {
    expect(await readFrames(text)).toEqual([problem]);
  });
});

test('pairs of an extended comment, quoted or bare', () => {
  expect(parseExtendedComment(`energy=-1.5 Lattice="1 0 0" name='a b' note="say \\"x\\"" relaxed`)).toEqual({
    energy: '-1.5',
    Lattice: '1 0 0',
    name: 'a b',
    note: 'say "x"',
    relaxed: 'T',
  });
});

describe('charge and multiplicity of a comment', () => {
  test.each([
    ['charge=2 multiplicity=1', { charge: 2, multiplicity: 1 }],
    ['Charge: -1 Mult: 3', { charge: -1, multiplicity: 3 }],
    ['q=0 spin=5 energy=-3.5', { charge: 0, multiplicity: 5 }],
    ['name=x, charge = +1, spin_multiplicity="2"', { charge: 1, multiplicity: 2 }],
    ['total_charge=-2.0', { charge: -2 }],
    ['0 1', { charge: 0, multiplicity: 1 }],
    [' -3, 4 ', { charge: -3, multiplicity: 4 }],
    ['', {}],
    ['generated at charge neutrality, 3 steps', {}],
    ['Properties=species:S:1:pos:R:3:charge:R:1 energy=1', {}],
    ['mulliken_charge=0.5 dispin=3', {}],
  ])('%j', (comment, expected) => {
    expect(parseChargeAndMultiplicity(comment)).toEqual(expected);
  });

  test.each(['charge=0.5', 'spin=1/2', 'multiplicity=singlet', 'charge='])('%j is refused', (comment) => {
    expect(() => parseChargeAndMultiplicity(comment)).toThrowError(/is not a whole number/);
  });
});
