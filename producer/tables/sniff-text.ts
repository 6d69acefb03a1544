import { closeSync, openSync, readSync } from 'node:fs';
import { OactError } from '../../core/errors.ts';
import { toFileError } from '../sources/source-file.ts';
import { checkPlainFile } from '../../core/plain-file.ts';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** How a file of text is read. */
export type TextFacts = {
  encoding: TextEncoding;
  /** Its first characters, without a byte order mark. */
  head: string;
};

/** Long enough for the header of any table. */
const headBytes = 64 * 1024;

/** What is no text, by its first bytes, and what to do with it. */
const foreign: { magic: number[]; what: string; hint: string }[] = [
  {
    magic: [0x50, 0x4b, 0x03, 0x04],
    what: 'is a spreadsheet or another zip archive (.xlsx, .ods, .numbers), not a text table',
    hint: 'Open it and save it as CSV: in Excel File > Save As > "CSV UTF-8 (Comma delimited)", in LibreOffice File > Save As > "Text CSV".',
  },
  {
    magic: [0xd0, 0xcf, 0x11, 0xe0],
    what: 'is an old Excel spreadsheet (.xls), not a text table',
    hint: 'Open it and save it as CSV: File > Save As > "CSV UTF-8 (Comma delimited)".',
  },
  {
    magic: [...Buffer.from('SQLite format 3\0')],
    what: 'is an SQLite database, not a text table',
    hint: 'To take over a workflow.db, use oact init DIR --database FILE.',
  },
  {
    magic: [0x1f, 0x8b],
    what: 'is compressed (gzip)',
    hint: 'Unpack it first: gunzip -k FILE.',
  },
  {
    magic: [...Buffer.from('PAR1')],
    what: 'is a Parquet file, not a text table',
    hint: 'Save it as CSV, in Python: pandas.read_parquet(FILE).to_csv("structures.csv", index=False).',
  },
  {
    magic: [0x28, 0xb5, 0x2f, 0xfd],
    what: 'is compressed (zstd)',
    hint: 'Unpack it first: unzstd FILE.',
  },
];

/** What is text, but no table. */
const markups = [
  { begin: /^\s*<(?:!doctype|html|table|\?xml)/i, what: 'HTML or XML' },
  { begin: /^\s*(?:\[\s*)?\{\s*"/, what: 'JSON' },
  { begin: /^\{\\rtf/, what: 'RTF' },
];

/**
 * Looks at the first bytes of a file: UTF-8, or UTF-16 as Excel's "Unicode Text" and Windows PowerShell write it.
 * @throws OactError FILE_UNREADABLE for what is no text, with how to make text of it
 */
export function sniffText(path: string): TextFacts {
  const bytes = readHead(path);
  const known = foreign.find(({ magic }) => magic.every((byte, index) => bytes[index] === byte));
  if (known !== undefined)
    throw new OactError('FILE_UNREADABLE', `'${path}' ${known.what}`, { hint: known.hint });
  const encoding = findEncoding(bytes);
  const head = new TextDecoder(encoding).decode(bytes);
  const markup = markups.find(({ begin }) => begin.test(head));
  if (markup !== undefined)
    throw new OactError('FILE_UNREADABLE', `'${path}' is ${markup.what}, not a text table`, {
      hint: 'Save the table as CSV, with the names of the columns in the first line.',
    });
  if (!head.includes('\0')) return { encoding, head };
  throw new OactError('FILE_UNREADABLE', `'${path}' is not a text table`, {
    hint: 'To take over a workflow.db, use --database; save a spreadsheet as CSV.',
  });
}

/** By the byte order mark, else by the zeros that plain letters have in every second byte of UTF-16. */
function findEncoding(bytes: Buffer): TextEncoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes.length < 4) return 'utf-8';
  if (bytes[0] !== 0 && bytes[1] === 0 && bytes[2] !== 0 && bytes[3] === 0) return 'utf-16le';
  if (bytes[0] === 0 && bytes[1] !== 0 && bytes[2] === 0 && bytes[3] !== 0) return 'utf-16be';
  return 'utf-8';
}

function readHead(path: string): Buffer {
  try {
    checkPlainFile(path);
    const descriptor = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(headBytes);
      return buffer.subarray(0, readSync(descriptor, buffer, 0, headBytes, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw toFileError(error, path);
  }
}
