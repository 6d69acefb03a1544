import { OactError } from '../../core/errors.ts';
import { parseGeometry } from '../../orca/structure/parse-geometry.ts';
import { insertStructures, type NewStructure } from '../../workflow/records/insert-structures.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { BadRow, ImportRow, ImportSource } from './import-source.ts';

/** Rows of one transaction, and the geometry text it may hold: what an import keeps in memory. */
const batchRows = 10_000;
const batchCharacters = 16 * 1024 * 1024;

/** Bad rows that are kept to be shown; all are counted. */
const keptBadRows = 1000;

const progressEvery = 1000;

export type ImportReport = {
  imported: number;
  /** Known from an earlier import. */
  duplicates: number;
  badCount: number;
  /** The first of them. */
  bad: { file: string; line: number; reason: string }[];
};

type ImportProgress = Omit<ImportReport, 'bad'> & {
  /** A strict import first checks all rows; `imported` then counts the good ones. */
  phase: 'checking' | 'importing';
  /** Of the source, 0 to 1. */
  fraction: number;
};

export type ImportOptions = {
  /** Imports nothing at all if any row is bad; without it, bad rows are reported and skipped. */
  strict?: boolean;
  onProgress?: (progress: ImportProgress) => void;
};

/**
 * Imports the structures of a source that the database does not have yet. Every geometry is parsed, so
 * `elements` and `natoms` are true. A strict import reads the source twice, first to check every row:
 * neither all rows in memory nor a write lock held for the length of a large file.
 * @throws OactError IMPORT_EMPTY when the source has no row; IMPORT_ROW_INVALID when strict and any is bad;
 * and the errors of the source
 */
export async function importStructures(
  workflow: Workflow,
  source: ImportSource,
  options: ImportOptions = {},
): Promise<ImportReport> {
  if (options.strict === true)
    refuseBadRows(await readThrough(source, 'checking', (batch) => batch.length, options));
  const report = await readThrough(
    source,
    'importing',
    (batch) => insertStructures(workflow, batch, source.extraColumns).inserted,
    options,
  );
  if (report.imported + report.duplicates + report.badCount > 0) return report;
  throw new OactError('IMPORT_EMPTY', 'there is no structure to import', {
    hint: 'The file has a header but no rows, or is empty.',
  });
}

/** Parses every row and hands them over in batches; `insert` returns how many were new. */
async function readThrough(
  source: ImportSource,
  phase: ImportProgress['phase'],
  insert: (batch: NewStructure[]) => number,
  { onProgress }: ImportOptions,
): Promise<ImportReport> {
  const report: ImportReport = { imported: 0, duplicates: 0, badCount: 0, bad: [] };
  let batch: NewStructure[] = [];
  let characters = 0;
  let rows = 0;
  const flush = (): void => {
    const inserted = insert(batch);
    report.imported += inserted;
    report.duplicates += batch.length - inserted;
    batch = [];
    characters = 0;
  };
  const tell = (bytesRead: number): void => {
    const { imported, duplicates, badCount } = report;
    const fraction = Math.min(1, bytesRead / Math.max(1, source.sizeBytes));
    onProgress?.({ phase, fraction, imported, duplicates, badCount });
  };
  for await (const item of source.rows()) {
    const checked = item.kind === 'bad' ? item : checkRow(item);
    if ('reason' in checked) {
      report.badCount += 1;
      const { file, line, reason } = checked;
      if (report.bad.length < keptBadRows) report.bad.push({ file, line, reason });
    } else {
      batch.push(checked);
      characters += checked.geometry.length;
    }
    if (batch.length >= batchRows || characters >= batchCharacters) flush();
    rows += 1;
    if (rows % progressEvery === 0) tell(item.bytesRead);
  }
  if (batch.length > 0) flush();
  tell(source.sizeBytes);
  return report;
}

function checkRow(row: ImportRow): NewStructure | BadRow {
  const { origIndex, charge, multiplicity, geometry, extra } = row;
  try {
    const atoms = parseGeometry(geometry);
    return {
      fingerprint: fingerprintOf(row.identity, { charge, multiplicity, atoms }),
      symbols: atoms.map(([symbol]) => symbol),
      origIndex,
      charge,
      multiplicity,
      geometry,
      extra,
    };
  } catch (error) {
    if (!(error instanceof OactError)) throw error;
    return { kind: 'bad', file: row.file, line: row.line, reason: error.message, bytesRead: row.bytesRead };
  }
}

function refuseBadRows({ badCount, bad }: ImportReport): void {
  if (badCount === 0) return;
  const shown = bad.slice(0, 10).map(({ file, line, reason }) => `${file}:${line}: ${reason}`);
  const more = badCount > shown.length ? [`and ${badCount - shown.length} more`] : [];
  const rows = badCount === 1 ? 'one row is' : `${badCount} rows are`;
  throw new OactError(
    'IMPORT_ROW_INVALID',
    [`${rows} bad, nothing was imported`, ...shown, ...more].join('\n'),
    {
      hint: 'Correct them, or import without --strict to skip them.',
    },
  );
}
