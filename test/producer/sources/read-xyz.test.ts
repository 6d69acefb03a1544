import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { parseGeometry } from '../../../orca/structure/parse-geometry.ts';
import { listFiles } from '../../../producer/sources/list-files.ts';
import { parseComment } from '../../../producer/sources/parse-comment.ts';
import { readXyz } from '../../../producer/sources/read-xyz.ts';
import { readAll } from '../import/read-rows.ts';
import { aDirectory, aFile } from '../import/write-file.ts';

const water = 'O 0 0 0\nH 0 0 0.96\nH 0 0.93 -0.24';

describe('readXyz reads', () => {
  test('charge and multiplicity from the comment line, the file name in its place', async () => {
    const file = aFile('my water.xyz', `3\ncharge=0 multiplicity=1 energy=-76.4\n${water}\n`);
    const { rows } = await readAll(readXyz([file]));
    const geometry = `3\n${file.replace(' ', '_')}\n${water}\n`;
    expect(rows).toMatchObject([{ charge: 0, multiplicity: 1, origIndex: null, line: 1, geometry }]);
  });

  test('what the comment line does not say from the defaults', async () => {
    const file = aFile('a.xyz', `3\ncharge=-1\n${water}\n3\n\n${water}\n`);
    const { rows } = await readAll(readXyz([file], { defaultCharge: 2, defaultMultiplicity: 3 }));
    expect(rows.map((row) => [row.charge, row.multiplicity])).toEqual([
      [-1, 3],
      [2, 3],
    ]);
  });

  test('a file of bare atom lines', async () => {
    const { rows } = await readAll(readXyz([aFile('a.xyz', `\n${water}\n`)], { charge: 0, multiplicity: 1 }));
    expect(rows.map((row) => parseGeometry(row.geometry).length)).toEqual([3]);
  });

  test('many frames, Windows line ends, a byte order mark, blank lines between', async () => {
    const frame = `3\r\n0 1\r\n${water.replaceAll('\n', '\r\n')}\r\n`;
    const file = aFile('a.xyz', `\uFEFF${frame}\r\n${frame}${frame}`);
    const { rows, bad } = await readAll(readXyz([file]));
    expect(bad).toEqual([]);
    expect(rows.map((row) => [row.line, row.place])).toEqual([
      [1, 'a.xyz'],
      [7, 'a.xyz@1'],
      [12, 'a.xyz@2'],
    ]);
    expect(rows.map((row) => parseGeometry(row.geometry).length)).toEqual([3, 3, 3]);
  });

  test('the columns that an extended file declares', async () => {
    const comment =
      'Lattice="9 0 0 0 9 0 0 0 9" Properties=id:I:1:species:S:1:forces:R:3:pos:R:3 charge=2 mult=1';
    const file = aFile('a.xyz', `2\n${comment}\n7 U 9 9 9 0.0 0.1 0.2\n8 O 9 9 9 0 0 1.76\n`);
    const { rows } = await readAll(readXyz([file]));
    expect(rows.map((row) => parseGeometry(row.geometry))).toEqual([
      [
        ['U', 0, 0.1, 0.2],
        ['O', 0, 0, 1.76],
      ],
    ]);
  });

  const uranyl = join(findPackageRoot(), '..', 'shared', 'data', 'structures', 'uranyl', 'frames.xyz');
  test.skipIf(!existsSync(uranyl))('48 real frames', async () => {
    const { rows, bad } = await readAll(readXyz([uranyl], { charge: 2, multiplicity: 1 }));
    expect(bad).toEqual([]);
    expect(rows.map((row) => parseGeometry(row.geometry).length)).toEqual(
      Array.from({ length: 48 }, () => 15),
    );
    expect(parseGeometry(rows[0]?.geometry ?? '')[0]).toEqual(['U', 0.00158803, 0.0102474, 0.01113698]);
    expect(rows.at(-1)?.bytesRead).toBe(readXyz([uranyl]).sizeBytes);
  });
});

describe('readXyz reports', () => {
  test.each([
    [
      'no charge',
      '',
      /^it has no charge: its comment line has no charge=…; .* --default-charge N .* --charge N for all rows$/,
    ],
    [
      'no multiplicity',
      'charge=0',
      /^it has no multiplicity: its comment line has no .* --multiplicity N for all rows$/,
    ],
    [
      'a spin that may mean two things',
      'charge=0 spin=1',
      /may mean the multiplicity or the number of unpaired electrons/,
    ],
    ['a charge that is not whole', 'charge=0.5 mult=1', /the charge '0.5' is not a whole number/],
    ['a contradiction', 'charge=0 mult=1 unpaired=2', /gives multiplicity 1 but 2 unpaired/],
    ['a column list without positions', 'charge=0 mult=1 Properties=species:S:1', /has no species or no pos/],
  ])('%s', async (_what, comment, reason) => {
    const { rows, bad } = await readAll(readXyz([aFile('a.xyz', `3\n${comment}\n${water}\n`)]));
    expect(rows).toEqual([]);
    expect(bad).toMatchObject([{ line: 1, reason: expect.stringMatching(reason) }]);
  });

  test('a file without atoms, and goes on with the next', async () => {
    const dir = aDirectory({ 'a.xyz': '\n', 'b.xyz': `3\n0 1\n${water}\n` });
    const { rows, bad } = await readAll(readXyz([join(dir, 'a.xyz'), join(dir, 'b.xyz')]));
    expect([rows.length, bad.map((row) => row.reason)]).toEqual([1, ['the file has no atoms']]);
  });

  test.each([
    ['short', `4\n0 1\n${water}\n`, /announces 4 atoms, 3 follow/],
    ['long', `2\n0 1\n${water}\n`, /announces 2 atoms, 3 follow/],
  ])('a %s frame, which spoils no other', async (_what, wrong, reason) => {
    const right = `3\n0 1\n${water}\n`;
    const { rows } = await readAll(readXyz([aFile('a.xyz', right + wrong + right)]));
    const parse = (index: number) => (): unknown => parseGeometry(rows[index]?.geometry ?? '');
    expect([parse(0)(), parse(2)()]).toMatchObject([{ length: 3 }, { length: 3 }]);
    expect(parse(1)).toThrow(reason);
  });
});

describe('parseComment', () => {
  test.each([
    ['charge=2 multiplicity=1', 2, 1],
    ['Charge: -1, Mult: 2', -1, 2],
    ['total_charge="0" spin_multiplicity=3', 0, 3],
    ['charge=0 unpaired=2', 0, 3],
    ['2 1', 2, 1],
    ['-1 2', -1, 2],
    ['UO2 in water, energy=-1.5', null, null],
    ['15 atoms', null, null],
    ['', null, null],
  ])('%j', (comment, charge, multiplicity) => {
    expect(parseComment(comment)).toMatchObject({ charge, multiplicity });
  });
});

describe('listFiles', () => {
  const files = [
    'mol_10.xyz',
    'mol_2.xyz',
    'note.txt',
    '.hidden.xyz',
    'deep/er/mol_3.xyz',
    'odd[1].xyz',
    'x.xyz/in.xyz',
  ];
  test.each([
    ['*.xyz', ['mol_2.xyz', 'mol_10.xyz', 'odd[1].xyz']],
    ['mol_?.xyz', ['mol_2.xyz']],
    ['mol_[0-9]*.xyz', ['mol_2.xyz', 'mol_10.xyz']],
    ['mol_[!2]*.xyz', ['mol_10.xyz']],
    ['**/mol_*.xyz', ['deep/er/mol_3.xyz', 'mol_2.xyz', 'mol_10.xyz']],
    ['deep/*/*.xyz', ['deep/er/mol_3.xyz']],
    ['odd[1].xyz', ['odd[1].xyz']],
    ['.*.xyz', ['.hidden.xyz']],
  ])('%s', (pattern, expected) => {
    const dir = aDirectory(Object.fromEntries(files.map((name) => [name, ''])));
    expect(listFiles(join(dir, pattern)).map((path) => path.slice(dir.length + 1))).toEqual(expected);
  });

  test.each(['mol_2.xyz/*', 'mol_2xyz', 'no/*.xyz'])('%s matches nothing, and says so', (pattern) => {
    const dir = aDirectory({ 'mol_2.xyz': '' });
    expect(() => listFiles(join(dir, pattern))).toThrow(/no file matches/);
  });

  test.skipIf(process.geteuid?.() === 0)('says when a directory cannot be read', () => {
    const dir = aDirectory({ 'closed/a.xyz': '' });
    chmodSync(join(dir, 'closed'), 0o000);
    expect(() => listFiles(join(dir, 'closed', '*.xyz'))).toThrow(/EACCES/);
    chmodSync(join(dir, 'closed'), 0o755);
  });
});
