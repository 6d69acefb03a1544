import { pipeline } from 'node:stream';
import { type CsvError, type Info, parse } from 'csv-parse';
import { OactError } from '../../core/errors.ts';
import { type ColumnOptions, type ColumnPositions, findColumns, type FoundColumn } from './find-columns.ts';
import { findSeparator, type Separator } from '../tables/find-separator.ts';
import type { BadRow, ImportRow, ImportSource } from './import-source.ts';
import { openText } from '../tables/open-text.ts';
import { parseCsvRow } from './parse-csv-row.ts';
import { sniffText, type TextEncoding } from '../tables/sniff-text.ts';
import { measureFile, toFileError } from './source-file.ts';

/** How a table was read. */
export type TableFacts = {
  encoding: TextEncoding;
  separator: Separator;
  found: FoundColumn[];
  /** Columns that nothing is taken from. */
  unused: string[];
};

export type CsvOptions = ColumnOptions & {
  /** Takes the only column that looks like a missing one, for a preview. */
  guess?: boolean;
  /** Hears how the table is read, once its header has been. */
  onTable?: (facts: TableFacts) => void;
};

/**
 * A row of 10,000 atoms has less than 1 MB. What is larger is the rest of the file behind a quote that is
 * not closed, and would be read into memory whole.
 */
const largestRowBytes = 64 * 1024 * 1024;

/**
 * Structures of a table: one header line, columns divided by commas, semicolons, tabs or pipes, quoted fields with line breaks, any
 * line ends, UTF-8 or UTF-16. A row's `origIndex` is its position among the rows, from 0, as in the existing system; blank lines
 * do not count.
 * @throws OactError FILE_UNREADABLE; while reading also IMPORT_EMPTY without a header, and those of findColumns
 */
export function readCsv(path: string, options: CsvOptions = {}): ImportSource {
  return {
    sizeBytes: measureFile(path),
    extraColumns: (options.extraColumns ?? []).map(({ name }) => name),
    rows: () => readRows(path, options),
  };
}

async function* readRows(path: string, options: CsvOptions): AsyncGenerator<ImportRow | BadRow> {
  let columns: ColumnPositions | undefined;
  let origIndex = 0;
  const { encoding, head } = sniffText(path);
  const shape = findSeparator(head);
  for await (const record of readRecords(path, encoding, shape.separator)) {
    const { line, bytesRead } = record;
    if (!('fields' in record)) {
      yield { kind: 'bad', file: path, line, reason: record.problem, bytesRead };
      continue;
    }
    if (columns === undefined) {
      if (shape.hasSeparatorLine && line === 1) continue;
      columns = findColumns(record.fields, options, path, options.guess);
      const { found, names } = columns;
      const unused = names.filter((name) => !found.some((column) => column.name === name));
      options.onTable?.({ encoding, separator: shape.separator, found, unused });
      continue;
    }
    try {
      const row = parseCsvRow(record.fields, columns, options);
      yield { kind: 'row', file: path, line, origIndex, place: `row ${origIndex}`, ...row, bytesRead };
    } catch (error) {
      if (!(error instanceof OactError)) throw error;
      yield { kind: 'bad', file: path, line, reason: error.message, bytesRead };
    }
    origIndex += 1;
  }
  if (columns !== undefined) return;
  throw new OactError('IMPORT_EMPTY', `'${path}' has no header`, {
    hint: 'Its first line must name the columns.',
  });
}

type CsvRecord = { line: number; bytesRead: number } & ({ fields: string[] } | { problem: string });

/** The records of the file, the header first; after one that breaks the file apart there are no more. */
async function* readRecords(
  path: string,
  encoding: TextEncoding,
  delimiter: Separator,
): AsyncGenerator<CsvRecord> {
  let broken: CsvError | undefined;
  /** Records before the break. The parser runs ahead of the loop, and goes on after it with what it takes for rows. */
  let intactCount = Infinity;
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    max_record_size: largestRowBytes,
    relax_column_count: true,
    relax_quotes: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      broken ??= error;
      intactCount = Math.min(intactCount, Number(error?.['records']));
      return undefined;
    },
  });
  // An error of the file reaches the loop below through the parser, which pipeline destroys with it.
  const text = openText(path, encoding);
  pipeline(text.stream, parser, () => undefined);
  let line = 1;
  let bytesRead = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      if (info.records > intactCount) break;
      bytesRead = encoding === 'utf-8' ? info.bytes : text.bytesRead();
      if (record.length > 1 || record[0] !== '') yield { line, bytesRead, fields: record };
      line += 1 + record.reduce((sum, field) => sum + countLineBreaks(field), 0);
    }
  } catch (error) {
    throw toFileError(error, path);
  }
  if (broken !== undefined) yield { line, bytesRead, problem: explain(broken) };
}

/** csv-parse has a line count of its own, which counts a CRLF inside quotes twice. */
function countLineBreaks(field: string): number {
  return field.match(/\r\n|\n|\r/g)?.length ?? 0;
}

function explain(error: CsvError): string {
  const problem =
    error.code === 'CSV_QUOTE_NOT_CLOSED'
      ? 'a quote that opens in this row is never closed'
      : `the row cannot be read (${error.message})`;
  return `${problem}; nothing after it was read`;
}
