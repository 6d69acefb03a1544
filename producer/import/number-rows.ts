import type { ImportLedger, KnownRecord } from '../../workflow/names/import-ledger.ts';
import type { ImportRow } from '../sources/import-source.ts';

/** Gives new rows their orig_index: no two records of a campaign share one, because a job directory may be named after it. */
export type RowNumbering = {
  /** A row that is known already tells whether this is a table that grew. */
  meet(record: KnownRecord, row: ImportRow): void;
  /** @returns null: the next free number */
  numberOf(row: ImportRow): number | null;
};

/**
 * The first table of a campaign keeps its row numbers, from 0, as in the existing system, and so does a table that comes again
 * longer. The rows of any other table are numbered on after the largest number.
 */
export function numberRows(ledger: ImportLedger): RowNumbering {
  let isSameTable = !ledger.hadRecords;
  let offset: number | undefined;
  let isNumberedOn = false;
  return {
    meet: (record, row) => {
      if (row.origIndex !== null && record.origIndex === row.origIndex) isSameTable = true;
    },
    numberOf: ({ origIndex }) => {
      if (origIndex === null || isNumberedOn) return null;
      offset ??= isSameTable ? 0 : ledger.nextIndex;
      const index = offset + origIndex;
      if (!ledger.hadRecords || !ledger.isTaken(index)) return index;
      isNumberedOn = true;
      return null;
    },
  };
}
