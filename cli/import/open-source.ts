import { existsSync, statSync } from 'node:fs';
import { OactError } from '../../core/errors.ts';
import type { ImportSource } from '../../producer/sources/import-source.ts';
import { listFiles } from '../../producer/sources/list-files.ts';
import { parseExtraColumns } from '../../producer/import/parse-extra-columns.ts';
import { readCsv, type TableFacts } from '../../producer/sources/read-csv.ts';
import { readXyz } from '../../producer/sources/read-xyz.ts';
import type { ExtraColumn } from '../../workflow/schema/extra-columns.ts';
import type { ImportFlags } from '../flags/import-flags.ts';

export interface OpenSource {
  source: ImportSource;
  /** Known once a table's header has been read; undefined of XYZ files. */
  table: () => TableFacts | undefined;
  /** What is read: `t.csv`, `12 XYZ files`. */
  title: string;
}

export const extraColumnsOf = ({ extraColumns }: ImportFlags): ExtraColumn[] =>
  extraColumns === undefined ? [] : parseExtraColumns(extraColumns);

/** The source that the flags name. @throws OactError USAGE, FILE_UNREADABLE, IMPORT_EMPTY */
export function openSource(flags: ImportFlags): OpenSource {
  const options = { ...flags, extraColumns: extraColumnsOf(flags) };
  if (flags.csv !== undefined) {
    let facts: TableFacts | undefined;
    const onTable = (found: TableFacts): void => void (facts = found);
    const source = readCsv(flags.csv, { ...options, guess: flags.dryRun ?? false, onTable });
    return { source, table: () => facts, title: flags.csv };
  }
  const files = flags.xyz === undefined ? [flags.extxyz ?? ''] : listFiles(flags.xyz);
  const source = readXyz(files, { ...options, nameFrom: flags.extxyz === undefined ? 'file' : 'comment' });
  const title = files.length === 1 ? (files[0] ?? '') : `${files.length} XYZ files`;
  return { source, table: () => undefined, title };
}

/**
 * Explains words that no flag takes: most often a pattern without quotes, which the shell has replaced by the names of the files.
 * @throws OactError USAGE
 */
export function refuseSurplus(words: readonly string[], flags: ImportFlags, command: string): void {
  const [first] = words;
  if (first === undefined) return;
  const areFiles = words.every((word) => /\.(?:ext)?xyz$/i.test(word) || isFile(word));
  if (flags.xyz !== undefined && areFiles) {
    throw new OactError(
      'USAGE',
      `--xyz takes one pattern, but the shell replaced it by ${words.length + 1} names: ${flags.xyz}, ${words.slice(0, 2).join(', ')}${words.length > 2 ? ', …' : ''}`,
      {
        hint: "Put the pattern in quotes, --xyz 'structures/*.xyz', or give the directory: --xyz structures",
      },
    );
  }
  const kind = /\.(?:csv|tsv|txt)$/i.test(first) ? 'csv' : /\.extxyz$/i.test(first) ? 'extxyz' : 'xyz';
  const hint =
    /\.\w+$/.test(first) || existsSync(first)
      ? `If it is the source: oact ${command} --${kind} ${first}`
      : `See oact ${command} --help.`;
  throw new OactError('USAGE', `'${first}' does not belong to a flag`, { hint });
}

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();
