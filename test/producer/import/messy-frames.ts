import { type Case, uranyl, utf16 } from './messy-tables.ts';

const frame = (comment: string): string => `3\n${comment}\n${uranyl}\n`;
/** Comment lines of XYZ files. */
export const frames: Case[] = [
  { what: 'keys of the comment line', text: frame('charge=2 multiplicity=1'), stored: [['in', 2, 1, 3]] },
  { what: 'Charge: and Mult:', text: frame('Charge: 2, Mult: 1'), stored: [['in', 2, 1, 3]] },
  { what: 'two bare numbers', text: frame('2 1'), stored: [['in', 2, 1, 3]] },
  {
    what: 'flags for all',
    text: frame('uranyl'),
    flags: { charge: 2, multiplicity: 1 },
    stored: [['in', 2, 1, 3]],
  },
  {
    what: 'defaults for those that say nothing',
    text: `${frame('charge=2 mult=1')}${frame('charge=0 mult=1')}${frame('')}`,
    flags: { defaultCharge: 1, defaultMultiplicity: 2 },
    stored: [
      ['in', 2, 1, 3],
      ['in@1', 0, 1, 3],
      ['in@2', 1, 2, 3],
    ],
  },
  {
    what: 'spin that is said to be 2S+1',
    text: frame('charge=2 spin=1'),
    flags: { multiplicityColumn: 'spin' },
    stored: [['in', 2, 1, 3]],
  },
  {
    what: 'spin that is said to count',
    text: frame('charge=2 spin=0'),
    flags: { unpairedColumn: 'spin' },
    stored: [['in', 2, 1, 3]],
  },
  {
    what: 'a name in an extended file',
    file: 'in.extxyz',
    text: frame('Properties=species:S:1:pos:R:3 name="UO2 aq" charge=2 multiplicity=1'),
    stored: [['UO2 aq', 2, 1, 3]],
  },
  {
    what: 'a comment key in an extended file',
    file: 'in.extxyz',
    text: frame('comment=UO2-7 charge=2 multiplicity=1'),
    stored: [['UO2-7', 2, 1, 3]],
  },
  {
    what: 'the only word of a comment',
    file: 'in.extxyz',
    text: frame('UO2-7 charge=2 multiplicity=1'),
    stored: [['UO2-7', 2, 1, 3]],
  },
  { what: 'UTF-16', text: utf16(frame('charge=2 multiplicity=1'), 'le'), stored: [['in', 2, 1, 3]] },

  {
    what: 'spin of unclear meaning',
    text: frame('charge=2 spin=1'),
    refused: [/has spin=….*--multiplicity-column spin if it is 2S\+1, --unpaired-column spin if it counts/],
  },
  {
    what: 'spin of unclear meaning and a default',
    text: frame('charge=2 spin=1'),
    flags: { defaultMultiplicity: 1 },
    refused: [/has spin=…/],
  },
  {
    what: 'a comment that says nothing',
    text: frame('uranyl'),
    refused: [/has no charge: its comment line has no charge=…/],
  },
  { what: 'a charge without a value', text: frame('charge=nan multiplicity=1'), refused: [/has no charge/] },
  {
    what: 'two charges',
    text: frame('charge=2 total_charge=1 mult=1'),
    refused: [/gives both 2 and 1 for the charge/],
  },
  {
    what: 'one key twice',
    text: frame('charge=2 charge=1 mult=1'),
    refused: [/gives charge=2 and charge=1/],
  },
  {
    what: 'parity',
    text: frame('charge=1 multiplicity=1'),
    refused: [/107 electrons \(charge 1\) cannot have multiplicity 1/],
  },
  {
    what: 'other than the charge for all',
    text: frame('charge=2 mult=1'),
    flags: { charge: 0 },
    refused: [/it has charge 2, but --charge 0 sets all rows/],
  },
  { what: 'a workbook', text: Buffer.from('PK\u0003\u0004rest of it'), error: /\.xlsx/ },
];
