import type { BadRow, ImportRow, ImportSource } from '../../../producer/sources/import-source.ts';

/** All rows of a source, good and bad apart. */
export async function readAll(source: ImportSource): Promise<{ rows: ImportRow[]; bad: BadRow[] }> {
  const rows: ImportRow[] = [];
  const bad: BadRow[] = [];
  for await (const item of source.rows()) {
    if (item.kind === 'row') rows.push(item);
    else bad.push(item);
  }
  return { rows, bad };
}
