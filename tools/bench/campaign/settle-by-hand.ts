import Database from 'better-sqlite3';

const ago = (seconds: string): string =>
  `strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || (${seconds}) || ' seconds')`;

/**
 * Gives a campaign a past, by hand: of ten records one waits, one runs, one has failed, one has timed out, the rest are completed; each
 * but the waiting ones has an attempt, one ending every 3 s.
 */
export function settleByHand(databasePath: string): void {
  const db = new Database(databasePath);
  db.pragma('synchronous = off');
  db.exec(`
    begin;
    update structures set
      status = case id % 10 when 0 then 'failed' when 1 then 'to_run' when 2 then 'running' when 3 then 'timeout' else 'completed' end,
      error_message = case id % 10 when 0 then 'SCF NOT CONVERGED AFTER ' || id || ' CYCLES' end,
      fail_count = id % 10 = 0;
    insert into oact_attempts (record_id, attempt, job_id, batch_id, queued_at, settled_at, outcome, class, reason, node, slot, cores,
      started_at, finished_at, elapsed_seconds)
    select id, 1, 'c' || id || '-a1', 1, ${ago('id * 3 + 9000')}, iif(status = 'running', null, ${ago('id * 3')}),
      case status when 'completed' then 'completed' when 'failed' then 'failed' when 'timeout' then 'timed_out' end,
      case when status = 'failed' then iif(id % 20 = 0, 'scf_not_converged', 'oom_killed') end, error_message, 'node' || id % 64, id % 12,
      '[0,1,2,3,4,5,6,7]', iif(status = 'running', null, ${ago('id * 3 + 600 + id % 5000')}), iif(status = 'running', null, ${ago('id * 3')}),
      600 + id % 5000
    from structures where status <> 'to_run';
    commit;`);
  db.close();
}
