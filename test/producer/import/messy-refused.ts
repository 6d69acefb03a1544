import { gzipSync } from 'node:zlib';
import { type Case, good, quoted, row, table, uranyl } from './messy-tables.ts';

/** Rows and tables that are refused. */
export const refusedTables: Case[] = [
  {
    what: 'an empty charge',
    text: table(row, `U2,,1,${quoted}`),
    stored: good,
    refused: [/has no charge: the cell in column 'charge' has no value; .*--default-charge N/],
  },
  { what: 'nan', text: table(`U2,nan,1,${quoted}`), refused: [/has no charge/] },
  {
    what: 'NA',
    text: table(`U2,2,NA,${quoted}`),
    refused: [/has no multiplicity: the cell in column 'multiplicity'.*--multiplicity N for all/],
  },
  { what: 'None', text: table(`U2,None,1,${quoted}`), refused: [/has no charge/] },
  {
    what: 'a charge that is not the one for all',
    text: table(row),
    flags: { charge: 0 },
    refused: [/it has charge 2, but --charge 0 sets all rows; .*--default-charge 0/],
  },
  {
    what: 'a half charge',
    text: table(`U2,1.5,1,${quoted}`),
    refused: [/the charge '1\.5' is not a whole number/],
  },
  {
    what: 'a charge as chemists write it',
    text: table(`U2,2+,1,${quoted}`),
    refused: [/'2\+' is not a whole number; write 2/],
  },
  {
    what: 'a decimal comma in the charge',
    text: table(`U2,"2,0",1,${quoted}`),
    refused: [/'2,0' is not a whole number: it has a decimal comma; write 2/],
  },
  {
    what: 'decimal commas in a geometry',
    text: table('H,0,2,"H 0,000 0,0 0,0"'),
    refused: [/geometry line 1: '0,000' has a decimal comma; write 0\.000/],
  },
  {
    what: 'a multiplicity of 0',
    text: table(`U2,2,0,${quoted}`),
    refused: [/multiplicity 0 is below 1; .*--unpaired-column/],
  },
  {
    what: 'parity',
    text: table(`U2,2,2,${quoted}`),
    refused: [/106 electrons \(charge 2\) cannot have multiplicity 2/],
  },
  {
    what: 'more unpaired electrons than there are',
    text: table('H,0,4,H 0 0 0'),
    refused: [/multiplicity 4 needs 3 unpaired electrons, there are 1/],
  },
  {
    what: 'a charge that takes all electrons',
    text: table('H,1,1,H 0 0 0'),
    refused: [/with charge 1 no electron is left/],
  },
  {
    what: 'an atom that stands twice',
    text: table('X,0,1,"H 0 0 0\nH 0 0 0.01"'),
    refused: [/0\.010 Å apart/],
  },
  { what: 'an unknown element', text: table('X,0,1,Xx 0 0 0'), refused: [/'Xx' is not an element/] },
  { what: 'a blank geometry', text: table('X,0,1,'), refused: [/the geometry has no atoms/] },
  {
    what: 'a count that is wrong',
    text: table(`X,2,1,"4\nuranyl\n${uranyl}"`),
    refused: [/announces 4 atoms, 3 follow/],
  },
  {
    what: 'a field too many',
    text: table(`a,b,2,1,${quoted}`),
    refused: [/it has 5 fields, the header has 4; a value that holds the separator needs quotes/],
  },
  { what: 'a field too few', text: table('a,2'), refused: [/it has 2 fields, the header has 4$/] },
  {
    what: 'a row of separators',
    text: table(row, ',,,'),
    stored: good,
    refused: [/all its cells are empty/],
  },
  {
    what: 'a quote that is not closed',
    text: table(row, 'x,2,1,"U 0 0 0'),
    stored: good,
    refused: [/never closed; nothing after it was read/],
  },
  {
    what: 'bytes of Windows-1252',
    text: Buffer.from(table(`Kfig,2,1,${quoted}`).replace('Kfig', 'K\u00e4fig'), 'latin1'),
    refused: [/bytes that are not UTF-8; .*iconv/],
  },
  {
    what: 'a name without end',
    text: table(`${'x'.repeat(300)},2,1,${quoted}`),
    refused: [/its name has 300 characters/],
  },
  {
    what: 'a key that stands twice',
    text: table(row, `U1,3,2,${quoted}`),
    flags: { keyColumn: 'name' },
    stored: good,
    refused: [/its key 'U1' is also in line 2/],
  },

  {
    what: 'a column in other words',
    text: 'Name,Chg,Mult,XYZ\n',
    error:
      /no column 'aligned_csd_core' and no column 'charge'; it has Name, Chg, Mult, XYZ; it is not clear what the column 'Mult'.*\n.*XYZ looks like it: --geometry-column XYZ.*Chg looks like it: --charge-column Chg, or --charge N for all rows.*--multiplicity-column Mult if it holds 2S\+1/s,
  },
  {
    what: 'a typing error in a flag',
    text: table(row),
    flags: { chargeColumn: 'chrage' },
    error: /no column 'chrage'; it has .*\n.*charge looks like it: --charge-column charge/,
  },
  {
    what: 'no charge column but a default',
    text: table(row).replace('charge', 'x'),
    flags: { defaultCharge: 0 },
    error: /no column 'charge'.*\n.*--charge N for all rows/,
  },
  {
    what: 'the same column twice',
    text: table(row).replace('name', 'charge'),
    error: /has the column 'charge' and 'charge' twice/,
  },
  {
    what: 'columns that differ in case only',
    text: table(row).replace('name,charge', 'CHARGE,Charge'),
    error: /has the column 'CHARGE' and 'Charge' twice/,
  },
  {
    what: 'columns divided by blanks',
    text: 'name charge multiplicity\n',
    error: /remove lines above it\. If columns are separated by spaces, save the table with commas/,
  },
  {
    what: 'columns divided by carets',
    text: table(row).replaceAll(',', '^'),
    error: /no column 'charge'.*\n.*If columns are separated by '\^', save the table with commas/,
  },
  {
    what: 'a title above the header',
    text: `# from the CSD, 2026\n${table(row)}`,
    error: /it has # from the CSD, 2026/,
  },
  {
    what: 'a header of Windows-1252',
    text: Buffer.from(table(row).replace('name', 'K\u00e4fig'), 'latin1'),
    error: /has bytes that are not UTF-8\n.*iconv/,
  },
  { what: 'JSON', text: '[{"name":"U1","charge":2}]', error: /is JSON, not a text table/ },
  { what: 'a web page', text: '<html><table></table></html>', error: /is HTML or XML, not a text table/ },
  {
    what: 'atoms divided by semicolons',
    text: table('U2,2,1,"U 0 0 0; O 0 0 1.76; O 0 0 -1.76"'),
    refused: [/one line divided by ';'/],
  },
  {
    what: 'line breaks as backslash and n',
    text: table('U2,2,1,3\\nuranyl\\nU 0 0 0\\nO 0 0 1.76\\nO 0 0 -1.76'),
    refused: [/one line divided by '\\n'/],
  },
  {
    what: 'atomic numbers between symbols and coordinates',
    text: table('U2,1,1,"U 92 0 0 0\nO 8 0 0 1.76\nF 9 0 0 -1.8"'),
    refused: [/the second column is the atomic number; keep only element, x, y and z/],
  },
  {
    what: 'atoms with a number',
    text: table('U2,0,1,"1 7 0 0 0\n2 1 0 0 1.0"'),
    refused: [/the first column numbers the atoms/],
  },
  {
    what: 'a charge as spreadsheets show an error',
    text: table(`U2,#REF!,1,${quoted}`),
    refused: [/the charge '#REF!' is not a whole number/],
  },
  {
    what: 'a spin column',
    text: table(row).replace('multiplicity', 'spin'),
    error: /not clear what the column 'spin'.*\n.*--unpaired-column spin if it counts unpaired electrons/,
  },
  { what: 'only a header', text: table(), error: /there is no structure to import/ },
  { what: 'nothing', text: '', error: /has no header/ },
  {
    what: 'both spin columns',
    text: table(row),
    flags: { multiplicityColumn: 'a', unpairedColumn: 'b' },
    error: /both a multiplicity column and an unpaired/,
  },
  {
    what: 'a charge for all and a default',
    text: table(row),
    flags: { charge: 1, defaultCharge: 1 },
    error: /both --charge and --default-charge/,
  },
  {
    what: 'a charge for all and a column',
    text: table(row),
    flags: { charge: 1, chargeColumn: 'charge' },
    error: /--charge 1 sets all rows, but the column 'charge' is also given/,
  },
  {
    what: 'a workbook',
    file: 'in.xlsx',
    text: Buffer.from('PK\u0003\u0004rest of it'),
    error: /\.xlsx.*\n.*save it as CSV: in Excel File > Save As/,
  },
  {
    what: 'an old workbook',
    text: Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    error: /old Excel.*\n.*save it as CSV/,
  },
  { what: 'a compressed table', text: gzipSync(table(row)), error: /compressed \(gzip\)\n.*gunzip/ },
  {
    what: 'a database',
    text: Buffer.from('SQLite format 3\0rest'),
    error: /is an SQLite database, not a text table\n.*--database/,
  },
  { what: 'a Parquet file', text: Buffer.from('PAR1....'), error: /Parquet file.*\n.*to_csv/ },
];
