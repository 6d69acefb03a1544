import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { writeCampaignFile } from '../../../cli/campaign/write-campaign-file.ts';
import { createWorkflow } from '../../../workflow/schema/create-workflow.ts';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';
import type { BenchCampaign } from './make-campaign.ts';

/** Sizes of the structures, atoms: up to 62, so that `--min-atoms 63` matches none. */
const sizes = Array.from({ length: 22 }, (_, index) => 20 + 2 * index);
const insertedAtOnce = 50_000;

const ago = (seconds: string): string =>
  `strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || (${seconds}) || ' seconds')`;

/**
 * A campaign of many records with a past, written by hand: an import would parse every geometry again. A row has about 2 kB, so 10⁶ of
 * them take 2.9 GB. Of a hundred records 38 wait, 55 are completed, 5 have failed and 2 have timed out; what ended did so in the
 * last 60 days, on 200 nodes.
 */
export function makeLargeCampaign(dir: string, rowCount: number, waitingShare = 0.38): BenchCampaign {
  mkdirSync(dir, { recursive: true });
  const databasePath = join(dir, 'workflow.db');
  createWorkflow(databasePath);
  const workflow = openWorkflow(databasePath);
  const { campaignId } = workflow;
  workflow.close();
  const db = new Database(databasePath);
  db.pragma('synchronous = off');
  db.pragma('journal_mode = off');
  db.pragma('cache_size = -200000');
  db.exec('create temp table shape (kind integer primary key, natoms integer, elements text, geometry text)');
  const insert = db.prepare('insert into shape values (?, ?, ?, ?)');
  for (const [kind, atoms] of sizes.entries()) insert.run(kind, atoms, ...drawLattice(atoms));
  const waiting = Math.round(waitingShare * 100);
  for (let from = 1; from <= rowCount; from += insertedAtOnce)
    addRows(db, from, Math.min(from + insertedAtOnce - 1, rowCount), waiting);
  db.close();
  writeCampaignFile(dir, { campaign: campaignId, database: 'workflow.db', jobRoot: 'jobs' });
  const jobRoot = join(dir, 'jobs');
  mkdirSync(jobRoot, { recursive: true });
  return { dir, databasePath, campaignId, jobRoot };
}

function addRows(db: Database.Database, from: number, to: number, waiting: number): void {
  db.prepare(
    `with recursive n (id) as (select @from union all select id + 1 from n where id < @to)
     insert into structures (id, orig_index, elements, natoms, status, charge, spin, geometry, job_dir, final_energy, error_message, fail_count)
     select id, id, elements, natoms,
       case when id * 37 % 100 < @waiting then 'to_run' when id % 20 = 0 then 'failed' when id % 50 = 1 then 'timeout' else 'completed' end,
       0, 1, geometry, iif(id * 37 % 100 < @waiting, null, 'jobs/job_' || id), iif(id * 37 % 100 < @waiting, null, -2000.0 - id % 9973 / 7.0),
       iif(id % 20 = 0 and id * 37 % 100 >= @waiting, 'SCF NOT CONVERGED AFTER ' || id || ' CYCLES', null), iif(id * 37 % 100 >= @waiting and id % 20 = 0, 1, 0)
     from n cross join shape on kind = id % ${sizes.length}`,
  ).run({ from, to, waiting });
  db.prepare(
    `insert into oact_attempts (record_id, attempt, job_id, batch_id, queued_at, settled_at, outcome, class, reason, node, allocation_id, slot, cores,
       started_at, finished_at, program, final_energy, scf_cycles, wall_time, elapsed_seconds, starts, lost, handed_back, faults)
     select id, 1, 'c' || id || '-a1', 1, ${ago('id * 7919 % 5184000 + 9000')}, ${ago('id * 7919 % 5184000')},
       case status when 'completed' then 'completed' when 'failed' then 'failed' else 'timed_out' end,
       case when status = 'failed' then iif(id % 40 = 0, 'scf_not_converged', 'oom_killed') end, error_message, 'node' || (id % 200), '4711', id % 12,
       '[0,1,2,3,4,5,6,7]', ${ago('id * 7919 % 5184000 + 600 + id % 5000')}, ${ago('id * 7919 % 5184000')}, 'orca 6.1.0', final_energy, 17,
       500 + id % 5000, 600 + id % 5000, 1, id % 97 = 0, 0, id % 89 = 0
     from structures where id between ? and ? and status <> 'to_run'`,
  ).run(from, to);
}

const place = (index: number): string => (index * 2.2).toFixed(8);

/** UO…: even numbers of electrons, 2.2 Å apart. @returns elements and geometry */
function drawLattice(atoms: number): [string, string] {
  const symbols = Array.from({ length: atoms }, (_, index) => (index === 0 ? 'U' : 'O'));
  const lines = symbols.map(
    (symbol, index) =>
      `${symbol} ${place(index % 4)} ${place(Math.floor(index / 4) % 4)} ${place(Math.floor(index / 16))}`,
  );
  return [symbols.join(';'), lines.join('\n')];
}
