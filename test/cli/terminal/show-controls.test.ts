import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { renderCsvRow } from '../../../cli/export/render-row.ts';
import {
  createControlsFilter,
  showControls,
  showForeignControls,
} from '../../../cli/terminal/show-controls.ts';
import { noExportedResults } from '../../workflow/no-results.ts';

describe('showControls', () => {
  it.each([
    ['\u001B]52;c;ZXZpbA==\u0007', '^[]52;c;ZXZpbA==^G'],
    ['a\u001B[2Jb', 'a^[[2Jb'],
    ['\u009B31m', '\\u009b31m'],
    ['overwritten\rnew', 'overwritten^Mnew'],
    ['lines\r\nand\ttabs\n', 'lines\nand\ttabs\n'],
    ['\u202Etxt.exe', '\\u202etxt.exe'],
    ['Ångström – α', 'Ångström – α'],
    ['\u007F', '^?'],
  ])('%j', (text_, shown) => {
    expect(showControls(text_)).toBe(shown);
  });

  it('leaves our own colours alone where lines are ours', () => {
    expect(showForeignControls('\u001B[31mfailed\u001B[39m \u001B]0;title\u0007')).toBe(
      '\u001B[31mfailed\u001B[39m ^[]0;title^G',
    );
  });

  it('is not deceived by pieces', async () => {
    const bytes = Buffer.from('é\u009B\u001B]52;x');
    const pieces = Array.from(bytes, (byte) => Buffer.from([byte]));
    expect(await text(Readable.from(pieces).pipe(createControlsFilter()))).toBe('é\\u009b^[]52;x');
  });
});

const row = (error: string, tag: unknown): Parameters<typeof renderCsvRow>[0] => ({
  ...noExportedResults,
  id: 1,
  origIndex: null,
  name: null,
  elements: null,
  status: null,
  charge: 0,
  multiplicity: 1,
  finalEnergyHartree: -76.4,
  failCount: 0,
  errorMessage: error,
  jobDir: null,
  attempt: null,
  class: null,
  tag,
});

describe('a cell of the CSV', () => {
  it.each([
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
    ['+1+cmd', "'+1+cmd"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    [' =1+1', "' =1+1"],
    ['＝1+1', "'＝1+1"],
    ['-76.4', '-76.4'],
    ['+1e-5', '+1e-5'],
    ['UO2', 'UO2'],
  ])('%s', (value, cell) => {
    expect(renderCsvRow(row('', value), ['tag'])).toBe(`1,,,0,1,,-76.4,,,,,0,,,,,,,,,,${cell}\n`);
  });

  it('stays as it is when it is to be raw', () => {
    expect(renderCsvRow(row('=1', '@x'), ['tag'], true)).toContain('=1,');
    expect(renderCsvRow(row('=1', '@x'), ['tag'], true)).toMatch(/,@x\n$/);
  });
});
