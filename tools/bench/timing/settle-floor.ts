import Database from 'better-sqlite3';

/** The columns that a settlement writes, by table. */
const attemptColumns = [
  'settled_at',
  'outcome',
  'class',
  'reason',
  'retryable',
  'node',
  'allocation_id',
  'slot',
  'cores',
  'started_at',
  'finished_at',
  'program',
  'final_energy',
  'scf_cycles',
  'wall_time',
  'elapsed_seconds',
];
const recordColumns = [
  'status',
  'max_forces',
  'scf_steps',
  'final_energy',
  'wall_time',
  'n_cores',
  'error_message',
  'worker_id',
  'updated_at',
];

const placesOf = (columns: string[]): string => columns.map((name) => `${name} = ?`).join(', ');

/**
 * Makes in one copy of a database, by plain updates, the changes that were settled in another.
 * @param before the copy, taken before the settling
 * @param settled the database after it
 * @returns seconds that the updates took
 */
export function replayUpdates(before: string, settled: string, batchSize: number): number {
  const source = new Database(settled, { readonly: true });
  const attempts = source
    .prepare(
      `select ${attemptColumns.join(', ')}, record_id, attempt from oact_attempts where outcome = 'completed'`,
    )
    .raw()
    .all();
  const records = source
    .prepare(`select ${recordColumns.join(', ')}, id from structures where status = 'completed' order by id`)
    .raw()
    .all();
  source.close();

  const db = new Database(before);
  db.pragma('synchronous = full');
  const updateAttempt = db.prepare(
    `update oact_attempts set ${placesOf(attemptColumns)} where record_id = ? and attempt = ?`,
  );
  const updateRecord = db.prepare(`update structures set ${placesOf(recordColumns)} where id = ?`);
  const updateBatch = db.transaction((start: number) => {
    for (let index = start; index < Math.min(start + batchSize, records.length); index++) {
      updateAttempt.run(attempts[index]);
      updateRecord.run(records[index]);
    }
  });
  const startedAtMs = performance.now();
  for (let start = 0; start < records.length; start += batchSize) updateBatch.immediate(start);
  const seconds = (performance.now() - startedAtMs) / 1000;
  db.close();
  return seconds;
}
