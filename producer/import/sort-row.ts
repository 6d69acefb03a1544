import type { Atom } from '../../core/job/calculation.ts';
import { parseGeometry } from '../../orca/structure/parse-geometry.ts';
import type { Identity, ImportLedger, KnownRecord } from '../../workflow/names/import-ledger.ts';
import { contentOf } from './fingerprint.ts';
import type { ImportRow } from '../sources/import-source.ts';
import type { SeenRows } from './seen-rows.ts';

/** A row that would run, with its atoms. */
export type GoodRow = { row: ImportRow; atoms: readonly Atom[]; content: string };

/** What becomes of a good row. */
export type Fate =
  | { kind: 'new' }
  /** A record of an earlier import; `adopts` its name, because the record has none yet. */
  | { kind: 'known'; record: KnownRecord; adopts: boolean }
  /** The same structure, under the same name or none, stands in this import already. */
  | { kind: 'repeated'; of: string }
  /** Its record has other values. */
  | { kind: 'differs'; record: KnownRecord }
  | { kind: 'bad'; reason: string };

export type SortOptions = {
  /** A row whose name is known but whose values differ is a new record, not a correction. */
  asNew?: boolean;
  /** Exact duplicates within the import are records of their own. */
  keepDuplicates?: boolean;
};

/** A structure is known by the value of its key column, else by its name, else by nothing but its content. */
export function identityOf({ key, name }: Pick<ImportRow, 'key' | 'name'>): Identity | null {
  if (key !== null) return { by: 'key', value: key };
  return name === null ? null : { by: 'name', value: name };
}

/** Decides what becomes of a good row, by what the ledger knows and what this import has had. Writes nothing. */
export function sortRow(
  good: GoodRow,
  ledger: ImportLedger,
  seen: SeenRows,
  options: SortOptions = {},
): Fate {
  const { row, content } = good;
  const identity = identityOf(row);
  const earlier = findEarlier(good, identity, ledger, options);
  if (earlier !== undefined) return earlier;
  const other = identity?.by === 'key' ? seen.findOther(identity.value, content) : undefined;
  if (other !== undefined) {
    const reason = `its key '${identity?.value}' is also in line ${other.line}, with other values; a key must be unique`;
    return { kind: 'bad', reason };
  }
  if (options.keepDuplicates === true) return { kind: 'new' };
  const twin = seen.findSame({ content, identity: identity?.value ?? null });
  return twin === undefined ? { kind: 'new' } : { kind: 'repeated', of: `line ${twin.line} of ${twin.file}` };
}

function findEarlier(
  good: GoodRow,
  identity: Identity | null,
  ledger: ImportLedger,
  { asNew = false }: SortOptions,
): Fate | undefined {
  const { row, content } = good;
  const named = listNamed(row, identity, ledger);
  const equal = named.find((record) => hasSameValues(record, good));
  if (equal !== undefined) return known(equal, row);
  if (named.length > 0 && !asNew) {
    const [only] = named;
    if (only !== undefined && named.length === 1) return { kind: 'differs', record: only };
    const ids = named.slice(0, 5).map(({ id }) => id);
    const reason = `its ${identity?.by} '${identity?.value}' belongs to records ${ids.join(', ')}, all with other values; distinguish them with --key-column, or give --as-new`;
    return { kind: 'bad', reason };
  }
  // A record without a name of its own: of an older oact, or of a table without names.
  const same = ledger.listSame(content).find((record) => record.name === null || row.name === null);
  const twin = same ?? findTwin(row, ledger);
  return twin && known(twin, row);
}

function known(record: KnownRecord, row: ImportRow): Fate {
  const lacks = (what: 'name' | 'key'): boolean => record[what] === null && row[what] !== null;
  return { kind: 'known', record, adopts: lacks('name') || lacks('key') };
}

/** A key that is new may belong to a record that had only its name so far. */
function listNamed(row: ImportRow, identity: Identity | null, ledger: ImportLedger): KnownRecord[] {
  if (identity === null) return [];
  const named = ledger.listNamed(identity);
  if (named.length > 0 || identity.by === 'name' || row.name === null) return named;
  return ledger.listNamed({ by: 'name', value: row.name }).filter(({ key }) => key === null);
}

function findTwin(row: ImportRow, ledger: ImportLedger): KnownRecord | undefined {
  if (!ledger.hadRecords || row.origIndex === null) return undefined;
  const twin = ledger.findTwin(row);
  return twin?.name === null ? twin : undefined;
}

/** The numbers count, not their spelling. */
function hasSameValues(record: KnownRecord, { row, content }: GoodRow): boolean {
  const { charge, multiplicity, geometry } = record;
  if (charge !== row.charge || multiplicity !== row.multiplicity) return false;
  if (geometry === row.geometry) return true;
  try {
    return contentOf({ charge, multiplicity, atoms: parseGeometry(geometry) }) === content;
  } catch {
    // What another tool wrote there is no geometry: it differs from one that is.
    return false;
  }
}
