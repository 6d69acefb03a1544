import type { ImportFlags } from '../../../cli/flags/import-flags.ts';

/** file → what is imported (name, charge, multiplicity, atoms), what is refused, in which words. */
export type Case = {
  what: string;
  file?: string;
  text: string | Buffer;
  flags?: ImportFlags;
  stored?: (string | number | null)[][];
  /** Of each bad row, or of the error. */
  refused?: RegExp[];
  error?: RegExp;
};

export const uranyl = 'U 0 0 0\nO 0 0 1.76\nO 0 0 -1.76';
const xyz = `3\nuranyl\n${uranyl}`;
export const quoted = `"${xyz}"`;
export const head = 'name,charge,multiplicity,aligned_csd_core';
export const row = `U1,2,1,${quoted}`;
export const good = [['U1', 2, 1, 3]];
export const table = (...rows: string[]): string => `${[head, ...rows].join('\n')}\n`;
export const utf16 = (text: string, order: 'le' | 'be', mark = true): Buffer => {
  const bytes = Buffer.from(`${mark ? '\uFEFF' : ''}${text}`, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
};

/** Tables in every shape that is read. */
export const readTables: Case[] = [
  { what: 'commas', text: table(row), stored: good },
  { what: 'semicolons', text: table(row).replaceAll(',', ';'), stored: good },
  { what: 'tabs', text: table(row).replaceAll(',', '\t'), stored: good },
  { what: 'pipes', text: table(row).replaceAll(',', '|'), stored: good },
  { what: 'the line sep=; of Excel', text: `sep=;\n${table(row).replaceAll(',', ';')}`, stored: good },
  { what: 'a byte order mark', text: `\uFEFF${table(row)}`, stored: good },
  {
    what: 'a byte order mark and semicolons',
    text: `\uFEFF${table(row).replaceAll(',', ';')}`,
    stored: good,
  },
  { what: 'Windows line ends', text: table(row).replaceAll('\n', '\r\n'), stored: good },
  { what: 'UTF-16, little-endian', text: utf16(table(row), 'le'), stored: good },
  { what: 'UTF-16, big-endian', text: utf16(table(row), 'be'), stored: good },
  { what: 'UTF-16 without a mark', text: utf16(table(row), 'le', false), stored: good },
  {
    what: 'UTF-16 with tabs, as Excel writes it',
    text: utf16(table(row).replaceAll(',', '\t'), 'le'),
    stored: good,
  },
  {
    what: 'headers in other case',
    text: table(row).replace(head, 'NAME,Charge,MULTIPLICITY,Aligned_CSD_Core'),
    stored: good,
  },
  {
    what: 'blanks around headers',
    text: table(row).replace(head, ' name , charge , multiplicity , aligned_csd_core '),
    stored: good,
  },
  {
    what: 'characters of no width in headers',
    text: table(row).replace('charge', '\u200Bcharge\u00AD'),
    stored: good,
  },
  { what: 'line ends of an old Macintosh', text: table(row).replaceAll('\n', '\r'), stored: good },
  { what: 'blanks of no break around a charge', text: table(`U1,\u00A02\u00A0,1,${quoted}`), stored: good },
  { what: 'an index without a name', text: `,${head}\n0,${row}\n`, stored: good },
  {
    what: 'quoted headers',
    text: table(row).replace(head, '"name","charge","multiplicity","aligned_csd_core"'),
    stored: good,
  },
  {
    what: 'spinmult, as real campaigns call it',
    text: table(row).replace('multiplicity', 'spinmult'),
    stored: good,
  },
  { what: 'a typographic minus', text: table(`F,\u22121,1,"F 0 0 0"`), stored: [['F', -1, 1, 1]] },
  { what: 'numbers of pandas beside gaps', text: table(`U1,2.0,1.0,${quoted}`), stored: good },
  { what: 'no name at all', text: table(`,2,1,${quoted}`), stored: [[null, 2, 1, 3]] },
  {
    what: 'a name with blanks and a line break',
    text: table(`"  U\n 1 ",2,1,${quoted}`),
    stored: [['U 1', 2, 1, 3]],
  },
  { what: 'names outside ASCII', text: table(`Käfig-β,2,1,${quoted}`), stored: [['Käfig-β', 2, 1, 3]] },
  { what: 'a refcode as name', text: table(row).replace('name', 'Refcode'), stored: good },
  { what: 'an id as name', text: table(row).replace('name', 'ID'), stored: good },
  {
    what: 'a name column that is given',
    text: table(row).replace('name', 'label'),
    flags: { nameColumn: 'Label' },
    stored: good,
  },
  { what: 'a charge for all', text: table(row).replace('charge', 'x'), flags: { charge: 2 }, stored: good },
  {
    what: 'a multiplicity for all',
    text: table(row).replace('multiplicity', 'x'),
    flags: { multiplicity: 1 },
    stored: good,
  },
  {
    what: 'a default for empty cells',
    text: table(row, `U2,,,${quoted}`),
    flags: { defaultCharge: 2, defaultMultiplicity: 1 },
    stored: [...good, ['U2', 2, 1, 3]],
  },
  {
    what: 'unpaired electrons',
    text: table(`U1,2,0,${quoted}`).replace('multiplicity', 'uhf'),
    flags: { unpairedColumn: 'UHF' },
    stored: good,
  },
  { what: 'a bare geometry on one line', text: table('H,0,2,H 0 0 0'), stored: [['H', 0, 2, 1]] },
];
