import Database from 'better-sqlite3';

/** When things happened to one attempt, ms since the epoch. */
export interface AttemptTimes {
  slot: number;
  queuedAtMs: number;
  startedAtMs: number;
  finishedAtMs: number;
  settledAtMs: number;
}

/** The settled attempts of a database, in the order of their starts. */
export function listAttemptTimes(databasePath: string): AttemptTimes[] {
  const db = new Database(databasePath, { readonly: true });
  const rows = db
    .prepare<
      [],
      { slot: number; queued_at: string; started_at: string; finished_at: string; settled_at: string }
    >(
      `select slot, queued_at, started_at, finished_at, settled_at
       from oact_attempts where outcome = 'completed' order by started_at`,
    )
    .all();
  db.close();
  return rows.map((row) => ({
    slot: row.slot,
    queuedAtMs: Date.parse(row.queued_at),
    startedAtMs: Date.parse(row.started_at),
    finishedAtMs: Date.parse(row.finished_at),
    settledAtMs: Date.parse(row.settled_at),
  }));
}

/** Between the end of one job and the start of the next on the same slot, ms. */
export function listGaps(attempts: readonly AttemptTimes[]): number[] {
  const endOfSlot = new Map<number, number>();
  const gaps: number[] = [];
  for (const { slot, startedAtMs, finishedAtMs } of attempts) {
    const end = endOfSlot.get(slot);
    if (end !== undefined) gaps.push(startedAtMs - end);
    endOfSlot.set(slot, finishedAtMs);
  }
  return gaps;
}

/** From the end of a job to its row, ms. */
export function listLags(attempts: readonly AttemptTimes[]): number[] {
  return attempts.map(({ finishedAtMs, settledAtMs }) => settledAtMs - finishedAtMs);
}
