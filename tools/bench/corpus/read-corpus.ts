import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { findPackageRoot } from '../../../core/config/package-root.ts';

/** Real outputs with the truth about each; not part of the repository. */
export const corpusRoot = join(findPackageRoot(), '..', 'shared', 'data', 'orca-outputs');

export interface CorpusEntry {
  readonly name: string;
  readonly bytes: Buffer;
  /** Columns of `index.tsv`; an empty cell is an empty text. */
  readonly truth: Readonly<Record<string, string>>;
}

/** Undefined where the corpus is absent. */
export function readCorpus(root = corpusRoot): CorpusEntry[] | undefined {
  const index = join(root, 'index.tsv');
  if (!existsSync(index)) return undefined;
  const [header = '', ...rows] = readFileSync(index, 'utf8').trimEnd().split('\n');
  const columns = header.split('\t');
  return rows.map((row) => {
    const cells = row.split('\t');
    const truth = Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? '']));
    const name = truth['file'] ?? '';
    const bytes = readFileSync(join(root, name));
    return { name, truth, bytes: name.endsWith('.gz') ? gunzipSync(bytes) : bytes };
  });
}
