import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const shared = join(import.meta.dirname, '..', '..', '..', 'shared', 'data');

/** Real outputs with the truth about each; not part of the repository. */
export const corpusRoot = join(shared, 'orca-outputs');
export const hasCorpus = existsSync(join(corpusRoot, 'index.tsv'));
export const actinidesCsv = join(shared, 'structures', 'generated', 'actinides.csv');

export interface CorpusEntry {
  readonly name: string;
  readonly bytes: Buffer;
  /** Columns of `index.tsv`. */
  readonly truth: Readonly<Record<string, string>>;
}

export function readCorpus(): CorpusEntry[] {
  if (!hasCorpus) return [];
  const [header = '', ...rows] = readFileSync(join(corpusRoot, 'index.tsv'), 'utf8').trim().split('\n');
  const columns = header.split('\t');
  return rows.map((row) => {
    const cells = row.split('\t');
    const truth = Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']));
    const name = truth['file'] ?? '';
    const bytes = readFileSync(join(corpusRoot, name));
    return { name, truth, bytes: name.endsWith('.gz') ? gunzipSync(bytes) : bytes };
  });
}
