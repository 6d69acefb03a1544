import type { KnownRecord } from '../../workflow/names/import-ledger.ts';
import { parseGeometry } from '../../orca/structure/parse-geometry.ts';
import type { ReasonCount } from './count-reasons.ts';
import { contentOf } from './fingerprint.ts';
import type { GoodRow } from './sort-row.ts';

/** Values of a record that its source row does not agree with. */
export type Differing = {
  recordId: number;
  name: string | null;
  file: string;
  line: number;
  charge: { old: number; next: number };
  multiplicity: { old: number; next: number };
  /** The new text; null: the geometry is the same. */
  geometry: string | null;
};

/** A good row as it would be stored. */
type SampleRow = {
  name: string | null;
  symbols: string[];
  charge: number;
  multiplicity: number;
};

/** What an import did, or would do. */
export type ImportReport = {
  imported: number;
  /** Rows that are there already: known from an earlier import, or repeated in this one. */
  duplicates: number;
  /** Of these, exact duplicates of another row of this import. */
  repeatedCount: number;
  /** The first of them. */
  repeated: { file: string; line: number; name: string | null; of: string }[];
  badCount: number;
  /** The first of them. */
  bad: { file: string; line: number; reason: string }[];
  /** All of them by reason. */
  reasons: ReasonCount[];
  /** Rows whose record is known, but has other values: not imported. */
  differing: Differing[];
  /** Good rows that have a name. */
  named: number;
  /** The first good rows. */
  sample: SampleRow[];
};

export function emptyReport(): ImportReport {
  return {
    imported: 0,
    duplicates: 0,
    repeatedCount: 0,
    repeated: [],
    badCount: 0,
    bad: [],
    reasons: [],
    differing: [],
    named: 0,
    sample: [],
  };
}

export function describeDiffering(record: KnownRecord, { row, atoms }: GoodRow): Differing {
  const { charge, multiplicity, geometry } = row;
  return {
    recordId: record.id,
    name: row.name,
    file: row.file,
    line: row.line,
    charge: { old: record.charge, next: charge },
    multiplicity: { old: record.multiplicity, next: multiplicity },
    geometry: geometry === record.geometry || hasSameAtoms(record, atoms) ? null : geometry,
  };
}

/** The numbers count, not their spelling. What another tool wrote may be no geometry. */
function hasSameAtoms({ geometry }: KnownRecord, atoms: GoodRow['atoms']): boolean {
  try {
    const any = { charge: 0, multiplicity: 1 };
    return contentOf({ ...any, atoms: parseGeometry(geometry) }) === contentOf({ ...any, atoms });
  } catch {
    return false;
  }
}
