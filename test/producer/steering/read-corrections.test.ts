import { expect, it } from 'vitest';
import { parseCorrections } from '../../../producer/steering/read-corrections.ts';

it.each([
  ['commas', 'id,charge\n3,-2\n', [{ id: '3', charge: -2, line: 2 }]],
  [
    'semicolons',
    'id;charge;multiplicity\n3;+2;3\n4;0;1',
    [
      { id: '3', charge: 2, multiplicity: 3 },
      { id: '4', charge: 0 },
    ],
  ],
  ['tabs and other case', 'Record\tMULTIPLICITY\n3\t3', [{ id: '3', multiplicity: 3, charge: undefined }]],
  ['pipes', 'id|charge\n3|1', [{ id: '3', charge: 1 }]],
  ['names', 'Name,charge\n UCl4-7 ,1', [{ id: null, name: 'UCl4-7', charge: 1 }]],
  ['names in the column id', 'id,charge\nUCl4-7,1', [{ id: 'UCl4-7', name: null, charge: 1 }]],
  ["Excel's separator line", 'sep=;\nid;charge\n3;1', [{ id: '3', charge: 1 }]],
  ['a header with commas in quotes', 'id;charge;"a,b,c,d"\n3;1;x', [{ id: '3', charge: 1 }]],
  ['a typographic minus', 'id,charge\n3,\u22122', [{ id: '3', charge: -2 }]],
  ['a byte order mark and CRLF', '\uFEFFid,charge\r\n3,1\r\n', [{ id: '3', charge: 1 }]],
  ['an empty cell', 'id,charge,multiplicity\n3,,3', [{ id: '3', charge: undefined, multiplicity: 3 }]],
  ['a quoted geometry', 'id,geometry\n3,"U 0 0 0\nO 0 0 2"\n', [{ id: '3', geometry: 'U 0 0 0\nO 0 0 2' }]],
])('reads %s', (_, text, rows) => {
  expect(parseCorrections(text, 't.csv').rows).toMatchObject(rows);
});

it('names the columns that set nothing', () => {
  expect(parseCorrections('id,colour,charge\n3,blue,1', 't.csv').ignored).toEqual(['colour']);
});

it.each([
  ['no id and no name', 'charge\n3', /no column 'id' or 'name'/],
  ['a column twice', 'id,charge,Charge\n3,1,2', /the column 'charge' twice/],
  ['a row without a record', 'id,charge\n,1', /t\.csv:2: it names no record/],
  ['no value', 'id,name\n3,x', /no column with a value to set/],
  ['no rows', 'id,charge\n', /has no rows/],
  ['a word for a charge', 'id,charge\n3,plus two', /t\.csv:2: the charge 'plus two' is not a whole number/],
  ['half a charge', 'id,charge\n3,0.5', /t\.csv:2: the charge '0\.5'/],
  ['a multiplicity of 0', 'id,multiplicity\n3,0', /the multiplicity 0 is below 1/],
  ['a decimal comma', 'id;charge\n3;1,0', /it has a decimal comma; write 1/],
  ['a row of another length', 'id,charge\n3,1,2', /it has 3 fields, the header has 2/],
])('refuses %s, all of it', (_, text, words) => {
  expect(() => parseCorrections(text, 't.csv')).toThrow(words);
});
