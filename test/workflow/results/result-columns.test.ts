import { describe, expect, it } from 'vitest';
import { listedColumns } from '../../../workflow/results/result-columns.ts';
import { aWorkflow } from '../sample-workflow.ts';

describe('resultColumns', () => {
  it.each(listedColumns)(
    '%s stands in the database as its row says',
    (_, { type, inAttempts, inStructures }) => {
      const { db } = aWorkflow(0);
      const typeOf = (table: string, column: string): string | undefined =>
        db
          .prepare<[string, string], string>('select lower(type) from pragma_table_info(?) where name = ?')
          .pluck()
          .get(table, column);
      const found = [
        ...(inAttempts === null ? [] : [typeOf('oact_attempts', inAttempts)]),
        ...(inStructures === null ? [] : [typeOf('structures', inStructures)]),
      ];
      expect(found.length).toBeGreaterThan(0);
      expect(found).toEqual(found.map(() => type));
    },
  );
});
