import { basename } from 'node:path';
import { OactError } from '../../core/errors.ts';
import { checkStructure } from '../../orca/structure/check-structure.ts';
import { parseGeometry } from '../../orca/structure/parse-geometry.ts';
import {
  insertStructures,
  isNumberedById,
  type NewStructure,
} from '../../workflow/records/insert-structures.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { openImportLedger, type ImportLedger } from '../../workflow/names/import-ledger.ts';
import { keepNames, type RecordName } from '../../workflow/names/keep-names.ts';
import { ReasonCounter } from './count-reasons.ts';
import { contentDigits, contentOf, fingerprintOf } from './fingerprint.ts';
import { describeDiffering, emptyReport, type ImportReport } from './import-report.ts';
import type { BadRow, ImportRow, ImportSource } from '../sources/import-source.ts';
import { numberRows } from './number-rows.ts';
import { SeenRows } from './seen-rows.ts';
import { type Fate, type GoodRow, identityOf, sortRow, type SortOptions } from './sort-row.ts';

/** Rows of one transaction, and the geometry text it may hold: what an import keeps in memory. */
const batchRows = 10_000;
const batchCharacters = 16 * 1024 * 1024;

/** Rows that are kept to be shown; all are counted. */
const keptRows = 1000;
const sampleRows = 5;

const progressEvery = 1000;

type ImportProgress = Pick<ImportReport, 'imported' | 'duplicates' | 'badCount'> & {
  /** A strict import first checks all rows; `imported` then counts the good ones. */
  phase: 'checking' | 'importing';
  /** Of the source, 0 to 1. */
  fraction: number;
};

export type ImportOptions = SortOptions & {
  /** Imports nothing at all if any row is bad; without it, bad rows are reported and skipped. */
  strict?: boolean;
  /** Directories are named after the record id: `orig_index` is that id, too, as far as the records that are there allow it. */
  hasOwnDirs?: boolean;
  /** Reports what an import would do, and writes nothing. */
  isDryRun?: boolean;
  onProgress?: (progress: ImportProgress) => void;
};

/**
 * Imports the structures of a source that the database does not have yet. Every structure is checked as it is before a run, so a
 * row that is not bad would run. A strict import reads the source twice, first to check every row:
 * neither all rows in memory nor a write lock held for the length of a large file.
 * @throws OactError IMPORT_EMPTY when the source has no row; IMPORT_ROW_INVALID when strict and any is bad;
 * and the errors of the source
 */
export async function importStructures(
  workflow: Workflow,
  source: ImportSource,
  options: ImportOptions = {},
): Promise<ImportReport> {
  if (options.strict === true) refuseBadRows(await readThrough(workflow, source, 'checking', options));
  const phase = options.isDryRun === true ? 'checking' : 'importing';
  const report = await readThrough(workflow, source, phase, options);
  if (report.imported + report.duplicates + report.badCount + report.differing.length > 0) return report;
  throw new OactError('IMPORT_EMPTY', 'there is no structure to import', {
    hint: 'The file has a header but no rows, or is empty.',
  });
}

/** Sorts every row; while importing, it also writes what is new, in batches. */
async function readThrough(
  workflow: Workflow,
  source: ImportSource,
  phase: ImportProgress['phase'],
  options: ImportOptions,
): Promise<ImportReport> {
  const ledger = openImportLedger(workflow, contentDigits);
  try {
    return await sortAll(workflow, source, ledger, phase, options);
  } finally {
    ledger.close();
  }
}

async function sortAll(
  workflow: Workflow,
  source: ImportSource,
  ledger: ImportLedger,
  phase: ImportProgress['phase'],
  options: ImportOptions,
): Promise<ImportReport> {
  const report = emptyReport();
  const reasons = new ReasonCounter();
  const rowNumbers = numberRows(ledger);
  const numbering = options.hasOwnDirs === true && isNumberedById(workflow) ? 'by_id' : 'by_source';
  const seen = new SeenRows();
  const corrected = new Set<number>();
  let batch: NewStructure[] = [];
  let names: RecordName[] = [];
  let characters = 0;
  let rows = 0;
  const flush = (): void => {
    const { inserted } =
      phase === 'importing'
        ? insertStructures(workflow, batch, source.extraColumns, numbering)
        : { inserted: batch.length };
    if (phase === 'importing') keepNames(workflow, names);
    report.imported += inserted;
    report.duplicates += batch.length - inserted;
    batch = [];
    names = [];
    characters = 0;
  };
  const tell = (bytesRead: number): void => {
    const { imported, duplicates, badCount } = report;
    const fraction = Math.min(1, bytesRead / Math.max(1, source.sizeBytes));
    options.onProgress?.({ phase, fraction, imported, duplicates, badCount });
  };
  const refuse = ({ file, line, reason }: Omit<BadRow, 'kind' | 'bytesRead'>): void => {
    report.badCount += 1;
    reasons.add({ file, line, reason });
    if (report.bad.length < keptRows) report.bad.push({ file, line, reason });
  };
  const take = (good: GoodRow, fate: Fate): void => {
    const { row, content } = good;
    const { file, line, name } = row;
    if (fate.kind === 'bad') return refuse({ file, line, reason: fate.reason });
    if (name !== null) report.named += 1;
    if (report.sample.length < sampleRows) report.sample.push(sampleOf(good));
    const identity = identityOf(row);
    seen.add({ content, identity: identity?.value ?? null, file, line }, identity?.by === 'key');
    if (fate.kind === 'known') {
      report.duplicates += 1;
      rowNumbers.meet(fate.record, row);
      if (fate.adopts) names.push(nameOf(good, fate.record.id));
    } else if (fate.kind === 'repeated') {
      report.duplicates += 1;
      report.repeatedCount += 1;
      if (report.repeated.length < keptRows) report.repeated.push({ file, line, name, of: fate.of });
    } else if (fate.kind === 'differs') {
      corrected.add(fate.record.id);
      report.differing.push(describeDiffering(fate.record, good));
    } else {
      batch.push(toStructure(good, rowNumbers.numberOf(row)));
      characters += row.geometry.length;
    }
  };
  for await (const item of source.rows()) {
    const checked = item.kind === 'bad' ? item : checkRow(item);
    if ('reason' in checked) refuse(checked);
    else take(checked, onlyOnce(sortRow(checked, ledger, seen, options), corrected));
    if (batch.length >= batchRows || characters >= batchCharacters) flush();
    rows += 1;
    if (rows % progressEvery === 0) tell(item.bytesRead);
  }
  flush();
  tell(source.sizeBytes);
  return { ...report, reasons: reasons.list() };
}

/** Two rows cannot both say what one record should be. */
function onlyOnce(fate: Fate, corrected: ReadonlySet<number>): Fate {
  if (fate.kind !== 'differs' || !corrected.has(fate.record.id)) return fate;
  const reason = `another row of this import has the same name and other values for record ${fate.record.id}; distinguish the rows with --key-column`;
  return { kind: 'bad', reason };
}

function checkRow(row: ImportRow): GoodRow | BadRow {
  const { charge, multiplicity, geometry } = row;
  try {
    const atoms = parseGeometry(geometry);
    checkStructure({ atoms, charge, multiplicity });
    return { row, atoms, content: contentOf({ charge, multiplicity, atoms }) };
  } catch (error) {
    if (!(error instanceof OactError)) throw error;
    return { kind: 'bad', file: row.file, line: row.line, reason: error.message, bytesRead: row.bytesRead };
  }
}

function toStructure(good: GoodRow, origIndex: number | null): NewStructure {
  const { charge, multiplicity, geometry, extra } = good.row;
  const { name, key, source, fingerprint } = nameOf(good, 0);
  const { symbols } = sampleOf(good);
  return { fingerprint, symbols, origIndex, charge, multiplicity, geometry, extra, name, key, source };
}

function nameOf({ row, content }: GoodRow, recordId: number): RecordName & { fingerprint: string } {
  const { name, key, place, file, line } = row;
  const identity = identityOf(row);
  const source = `${basename(file)}:${line}`;
  const fingerprint = fingerprintOf(identity === null ? place : `${place} ${identity.value}`, content);
  return { recordId, name, key, source, fingerprint };
}

function sampleOf({ row, atoms }: GoodRow): ImportReport['sample'][number] {
  const { name, charge, multiplicity } = row;
  return { name, charge, multiplicity, symbols: atoms.map(([symbol]) => symbol) };
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
      hint: 'Correct them, or import without --strict to leave them out.',
    },
  );
}
