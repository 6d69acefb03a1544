import { inTransaction } from '../database/in-transaction.ts';
import type { Workflow } from '../database/workflow.ts';

/** What a record is called, and where it comes from. */
export type RecordName = {
  recordId: number;
  name: string | null;
  key: string | null;
  /** `wave2.csv:17` */
  source: string | null;
  /** What its source row is known by from now on; see producer/import/fingerprint.ts. */
  fingerprint?: string;
};

/** Keeps names of records that have none; a value that is known stays. In one transaction. */
export function keepNames(workflow: Workflow, names: readonly RecordName[]): void {
  if (names.length === 0) return;
  inTransaction(workflow, () => names.forEach(prepareNames(workflow)));
}

/** The same for one name after the other, inside a transaction of the caller's. */
export function prepareNames({ db }: Workflow): (name: RecordName) => void {
  const write = db.prepare(`
    insert into oact_names (record_id, name, key, source) values (@recordId, @name, @key, @source)
    on conflict (record_id) do update
    set name = coalesce(name, excluded.name), key = coalesce(key, excluded.key), source = coalesce(source, excluded.source)`);
  const know = db.prepare('insert or ignore into oact_imports (fingerprint, record_id) values (?, ?)');
  return ({ fingerprint, ...row }) => {
    if (row.name !== null || row.key !== null || row.source !== null) write.run(row);
    if (fingerprint !== undefined) know.run(fingerprint, row.recordId);
  };
}
