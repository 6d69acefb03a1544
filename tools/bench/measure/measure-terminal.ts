import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import type { BenchContext } from '../bench-context.ts';
import { makeCampaign } from '../campaign/make-campaign.ts';
import { urlWithPassword } from '../campaign/start-oact.ts';
import type { Figure, Measurement } from '../figure.ts';
import { median, pickMedianRound } from '../statistics.ts';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';
import type { JobFilter } from '../../../workflow/lookup/job-filter.ts';
import { type SearchOptions, searchJobs } from '../../../workflow/lookup/search-jobs.ts';

/** A search, and what a user would type into sqlite3 for it. */
interface Search {
  what: string;
  filter: JobFilter;
  sort?: SearchOptions['sort'];
  where: string;
  order?: string;
}

const page = 50;
const newest = `left join oact_attempts a on a.record_id = s.id and a.attempt = (
  select max(attempt) from oact_attempts where record_id = s.id)`;

const searches: readonly Search[] = [
  { what: 'everything', filter: {}, where: '1' },
  { what: 'a status', filter: { statuses: ['failed'] }, where: `s.status = 'failed'` },
  { what: 'a class', filter: { classes: ['oom_killed'] }, where: `a.class = 'oom_killed'` },
  { what: 'a node', filter: { node: 'node7' }, where: `a.node = 'node7'` },
  {
    what: 'a text in failures',
    filter: { statuses: ['failed', 'timeout'], error: 'AFTER 50' },
    where: `s.status in ('failed', 'timeout') and s.error_message like '%AFTER 50%'`,
  },
  { what: 'a text anywhere', filter: { error: 'AFTER 50' }, where: `s.error_message like '%AFTER 50%'` },
  {
    what: 'an element',
    filter: { elements: ['Np'] },
    where: `';' || s.elements || ';' like '%;Np;%'`,
  },
  {
    what: 'a formula',
    filter: { formula: { U: 1, O: 2 } },
    where: `s.elements in ('U;O;O', 'O;U;O', 'O;O;U')`,
  },
  {
    what: 'tries',
    filter: { attempts: { from: 2, to: 9 } },
    where: `coalesce(a.attempt, 0) between 2 and 9`,
  },
  {
    what: 'everything, slowest first',
    filter: {},
    sort: { by: 'elapsed', descending: true },
    where: '1',
    order: 'a.elapsed_seconds desc',
  },
];

/** What a user at a terminal waits for: searches against the same SQL by hand, `oact status` against an empty process. */
export async function measureTerminal(context: BenchContext): Promise<Measurement> {
  const [rowCount, roundCount] = context.isQuick ? [2000, 2] : [100_000, 7];
  const campaign = await makeCampaign(context.dir, rowCount);
  settleByHand(campaign.databasePath);
  const figures = measureSearches(campaign.databasePath, roundCount);
  return {
    figures: [...figures, ...measureStatus(context, campaign.dir, roundCount)],
    notes: [
      `${rowCount.toLocaleString('en')} records with an attempt each; pages of ${page} with the total; medians of ${roundCount}`,
    ],
  };
}

function measureSearches(databasePath: string, roundCount: number): Figure[] {
  const workflow = openWorkflow(databasePath, { readOnly: true });
  const db = new Database(databasePath, { readonly: true });
  const figures = searches.map(({ what, filter, sort, where, order }) => {
    const list = db.prepare(
      `select s.id, s.orig_index, s.elements, s.status, s.fail_count, s.error_message, a.*
       from structures s ${newest} where ${where} order by ${order ?? 's.id'} limit ${page}`,
    );
    const count = db.prepare(
      `select count(*) from structures s ${where.includes('a.') ? newest : ''} where ${where}`,
    );
    const rounds = Array.from({ length: roundCount }, () => ({
      floor: timeMs(() => [count.get(), list.all()]),
      value: timeMs(() => searchJobs(workflow, { filter, limit: page, ...(sort && { sort }) })),
    }));
    const { value, floor } = pickMedianRound(rounds);
    return {
      what: `search ${what}`,
      unit: 'ms',
      value,
      floor: { what: 'the same by hand', value: floor },
      target: { atMost: 3 },
    };
  });
  db.close();
  workflow.close();
  return figures;
}

function measureStatus(context: BenchContext, campaignDir: string, roundCount: number): Figure[] {
  const empty = join(context.dir, 'empty-process.js');
  writeFileSync(empty, '');
  const oact = join(findPackageRoot(), 'bin', 'oact.js');
  const env = { ...process.env, OACT_REDIS_URL: urlWithPassword(context) };
  const run = (args: string[]): number =>
    timeMs(() => execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'], env }));
  const rounds = Array.from({ length: roundCount }, () => ({
    floor: run([empty]),
    value: run([oact, 'status', '-C', campaignDir]),
  }));
  const floor = median(rounds.map((round) => round.floor));
  const value = median(rounds.map((round) => round.value));
  return [
    { what: 'oact status', unit: 'ms', value, floor: { what: 'node with an empty file', value: floor } },
    {
      what: 'oact status, beyond the start of a process',
      unit: 'ms',
      value: value - floor,
      target: { atMost: 300 },
    },
  ];
}

function timeMs(run: () => unknown): number {
  const startedAtMs = performance.now();
  run();
  return performance.now() - startedAtMs;
}

const ago = (seconds: string): string =>
  `strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || (${seconds}) || ' seconds')`;

/**
 * Gives a campaign a past, by hand: of ten records one waits, one runs, one has failed, one has timed out, the rest are completed; each
 * but the waiting ones has an attempt, one ending every 3 s.
 */
function settleByHand(databasePath: string): void {
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
