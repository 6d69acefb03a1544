import { describe, expect, test } from 'vitest';
import type { CsvOptions } from '../../../producer/sources/read-csv.ts';
import { parseExtraColumns } from '../../../producer/import/parse-extra-columns.ts';
import { readCsv } from '../../../producer/sources/read-csv.ts';
import { readAll } from '../import/read-rows.ts';
import { aFile } from '../import/write-file.ts';

const spin: CsvOptions = { multiplicityColumn: 'spin' };

/** What the rows of a CSV text say, in short. */
async function read(text: string, options: CsvOptions = spin): Promise<unknown[]> {
  const { rows } = await readAll(readCsv(aFile('in.csv', text), options));
  return rows.map(({ origIndex, charge, multiplicity, geometry }) => [
    origIndex,
    charge,
    multiplicity,
    geometry,
  ]);
}

async function readBad(text: string, options: CsvOptions = spin): Promise<string[]> {
  const { bad } = await readAll(readCsv(aFile('in.csv', text), options));
  return bad.map(({ line, reason }) => `${line}: ${reason}`);
}

describe('readCsv reads', () => {
  test.each([
    ['plain', 'aligned_csd_core,charge,spin\nH 0 0 0,0,2\n'],
    ['columns in another order, others among them', 'x,spin,name,charge,aligned_csd_core\n1,2,a,0,H 0 0 0\n'],
    ['a byte order mark', '\uFEFFaligned_csd_core,charge,spin\nH 0 0 0,0,2\n'],
    ['Windows line ends', 'aligned_csd_core,charge,spin\r\nH 0 0 0,0,2\r\n'],
    ['no line end at the end', 'aligned_csd_core,charge,spin\nH 0 0 0,0,2'],
    ['quotes around everything', '"aligned_csd_core","charge","spin"\n"H 0 0 0","0","2"\n'],
    ['blanks in the header', 'aligned_csd_core , charge, spin\nH 0 0 0,0,2\n'],
    ['blank lines, which are no rows', '\naligned_csd_core,charge,spin\n\nH 0 0 0,0,2\n\n'],
    ['whole numbers as pandas writes them beside gaps', 'aligned_csd_core,charge,spin\nH 0 0 0,0.0,2.0\n'],
    ['a sign', 'aligned_csd_core,charge,spin\nH 0 0 0,+0,+2\n'],
  ])('%s', async (_name, text) => {
    expect(await read(text)).toEqual([[0, 0, 2, 'H 0 0 0']]);
  });

  test.each([
    ['with a header', '2\nname\nAm 0 0 0\nO 0 0 1.8'],
    ['with a blank comment line', '2\n\nAm 0 0 0\nO 0 0 1.8'],
    ['with Windows line ends', '2\r\n\r\nAm 0 0 0\r\nO 0 0 1.8\r\n'],
    ['bare', 'Am 0 0 0\nO 0 0 1.8'],
    ['with a quote in its comment', '2\na "quoted" word\nAm 0 0 0\nO 0 0 1.8'],
  ])('a geometry %s as it is', async (_name, geometry) => {
    const quoted = `"${geometry.replaceAll('"', '""')}"`;
    expect(await read(`charge,spin,aligned_csd_core\n3,6,${quoted}\n`)).toEqual([[0, 3, 6, geometry]]);
  });

  test('unpaired electrons as multiplicity n + 1', async () => {
    const text = 'aligned_csd_core,charge,uhf\nH 0 0 0,0,1\nHe 0 0 0,0,0\n';
    expect(await read(text, { unpairedColumn: 'uhf' })).toEqual([
      [0, 0, 2, 'H 0 0 0'],
      [1, 0, 1, 'He 0 0 0'],
    ]);
  });

  test.each(['', 'NaN', 'nan', 'None', 'NULL', 'NA'])(
    'no value in %j, but what a flag says',
    async (blank) => {
      const text = `aligned_csd_core,charge,spin\nH 0 0 0,${blank},${blank}\n`;
      expect(await readBad(text)).toEqual([
        expect.stringContaining("has no charge: the cell in column 'charge'"),
      ]);
      const defaults = { ...spin, defaultCharge: 0, defaultMultiplicity: 2 };
      expect(await read(text, defaults)).toEqual([[0, 0, 2, 'H 0 0 0']]);
    },
  );

  test('charge and multiplicity columns by their plain names without being told', async () => {
    expect(await read('aligned_csd_core,charge,multiplicity\nH 0 0 0,1,1\n', {})).toEqual([
      [0, 1, 1, 'H 0 0 0'],
    ]);
    expect(await read('Aligned_CSD_core, CHARGE ,SpinMult\nH 0 0 0,1,1\n', {})).toEqual([
      [0, 1, 1, 'H 0 0 0'],
    ]);
    const given = { charge: 0, multiplicity: 2 };
    expect(await read('aligned_csd_core\nH 0 0 0\n', given)).toEqual([[0, 0, 2, 'H 0 0 0']]);
  });

  test('user columns by their type', async () => {
    const extraColumns = parseExtraColumns('metal:TEXT, ox:integer,r:REAL,note:TEXT');
    const text = 'aligned_csd_core,metal,ox,r,note\nNa 0 0 0,Na,1.0,1e-3,\nNa 0 0 0,"a,b",,NaN,x\n';
    const options = { extraColumns, charge: 0, multiplicity: 2 };
    const { rows } = await readAll(readCsv(aFile('in.csv', text), options));
    expect(rows.map((row) => row.extra)).toEqual([
      { metal: 'Na', ox: 1, r: 0.001, note: null },
      { metal: 'a,b', ox: null, r: null, note: 'x' },
    ]);
  });

  test('the row number past bad rows, as the existing system counts', async () => {
    const text = 'aligned_csd_core,charge,spin\nH 0 0 0,0,2\nH 0 0 0,half,2\n\nH 0 0 0,0,2\n';
    expect(await read(text)).toEqual([
      [0, 0, 2, 'H 0 0 0'],
      [2, 0, 2, 'H 0 0 0'],
    ]);
  });
});

describe('readCsv reports with its line', () => {
  const three = '"3\r\nwater\r\nO 0 0 0\r\nH 0 0 1\r\nH 0 1 0"';
  test.each([
    ['a charge that is not whole', 'H 0 0 0,1.5,2', "the charge '1.5' is not a whole number"],
    ['a charge in words', 'H 0 0 0,2+,2', "the charge '2+' is not a whole number"],
    ['a multiplicity of 0', 'H 0 0 0,0,0', 'the multiplicity 0 is below 1; if it counts unpaired electrons'],
    ['a missing field', 'H 0 0 0,0', 'it has 2 fields, the header has 3'],
    ['a field too many', 'H 0 0 0,0,2,,', 'it has 5 fields, the header has 3'],
  ])('%s', async (_what, row, reason) => {
    const text = `aligned_csd_core,charge,spin\r\n${three},0,1\r\n\r\n${row}\r\n${three},0,1\r\n`;
    expect(await readBad(text)).toEqual([expect.stringContaining(`8: ${reason}`)]);
  });

  test('a negative number of unpaired electrons', async () => {
    const options = { unpairedColumn: 'uhf', charge: 0 };
    const bad = await readBad('aligned_csd_core,uhf\nH 0 0 0,-1\n', options);
    expect(bad).toEqual(['2: the number of unpaired electrons -1 is negative']);
  });

  test('a user value that is no number', async () => {
    const extraColumns = parseExtraColumns('ox:INTEGER,r:REAL');
    const options = { extraColumns, charge: 0, multiplicity: 2 };
    const bad = await readBad('aligned_csd_core,ox,r\nH 0 0 0,III,1\nH 0 0 0,3,big\n', options);
    expect(bad).toEqual(["2: the ox 'III' is not a whole number", "3: the r 'big' is not a number"]);
  });

  test('a quote that is never closed, after all rows before it', async () => {
    const text = `aligned_csd_core,charge,spin\n${three},0,1\nH 0 0 0,0,2\n"H 0 0 0,0,2\nH 0 0 0,0,2\n`;
    const { rows, bad } = await readAll(readCsv(aFile('in.csv', text), spin));
    expect(rows).toHaveLength(2);
    expect(bad).toMatchObject([{ line: 8, reason: expect.stringMatching(/never closed; nothing after it/) }]);
  });
});

describe('readCsv refuses', () => {
  test.each([
    [
      'a missing geometry column',
      'geom,charge\n',
      {},
      'IMPORT_COLUMN_MISSING',
      /no column 'aligned_csd_core' and no column 'multiplicity'; it has geom, charge/,
    ],
    [
      'a missing charge column',
      'aligned_csd_core\n',
      { chargeColumn: 'q' },
      'IMPORT_COLUMN_MISSING',
      /no column 'q'/,
    ],
    ['a missing spin column', 'aligned_csd_core\n', spin, 'IMPORT_COLUMN_MISSING', /no column 'spin'/],
    [
      'a missing unpaired column',
      'aligned_csd_core\n',
      { unpairedColumn: 'n' },
      'IMPORT_COLUMN_MISSING',
      /no column 'n'/,
    ],
    [
      'a missing user column',
      'aligned_csd_core\n',
      { extraColumns: parseExtraColumns('m:TEXT') },
      'IMPORT_COLUMN_MISSING',
      /no column 'm'/,
    ],
    [
      'both spin columns',
      'aligned_csd_core,a\n',
      { multiplicityColumn: 'a', unpairedColumn: 'a' },
      'USAGE',
      /both/,
    ],
    [
      'a guess at what uhf means',
      'aligned_csd_core,charge,uhf\n',
      {},
      'USAGE',
      /not clear what the column 'uhf'/,
    ],
    ['an empty file', '', {}, 'IMPORT_EMPTY', /no header/],
  ])('%s', async (_what, text, options, code, message) => {
    const reading = readAll(readCsv(aFile('in.csv', text), options));
    await expect(reading).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('blanks between columns, with a hint', async () => {
    const reading = readAll(readCsv(aFile('in.csv', 'aligned_csd_core charge\n'), {}));
    await expect(reading).rejects.toMatchObject({ hint: expect.stringMatching(/separated by spaces/) });
  });

  test('a file that is not there, and a directory', () => {
    expect(() => readCsv('/no/such.csv')).toThrow(/'\/no\/such.csv' does not exist/);
    expect(() => readCsv('/tmp')).toThrow(/'\/tmp' is not a file/);
  });
});

describe('parseExtraColumns refuses', () => {
  test.each(['metal', 'metal:', ':TEXT', 'metal:STRING', 'metal:TEXT:x', '', 'a:TEXT,,b:TEXT'])(
    '%j',
    (text) => {
      expect(() => parseExtraColumns(text)).toThrow(/does not describe an extra column/);
    },
  );
});
