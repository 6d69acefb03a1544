import Database from 'better-sqlite3';
import { waveSize } from '../blows/kill-commands.ts';

/** Imports of which some rows are in the table and some are not. */
export function judgeImports(databasePath: string, waves: readonly number[]): string[] {
  const db = new Database(databasePath, { readonly: true, timeout: 15_000 });
  try {
    const count = db.prepare<[string], number>('select count(*) from oact_names where name like ?').pluck();
    return waves.flatMap((wave) => {
      const rows = count.get(`wave${wave}-%`) ?? 0;
      return rows === 0 || rows === waveSize ? [] : [`wave ${wave}: ${rows} of ${waveSize} rows`];
    });
  } finally {
    db.close();
  }
}
