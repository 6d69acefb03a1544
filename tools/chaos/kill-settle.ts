/** A settle of thousands of results, killed in its middle again and again: each result must count once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { findPackageRoot } from '../../core/config/package-root.ts';
import type { RedisAddress } from '../../core/redis/redis-address.ts';
import { enqueue } from '../../producer/enqueue.ts';
import { openWorkflow } from '../../workflow/database/open-workflow.ts';
import { finishedEnergyOf, finishJobs } from '../bench/campaign/finish-jobs.ts';
import { batchOf, type BenchCampaign, makeCampaign, selectionOf } from '../bench/campaign/make-campaign.ts';
import { openQueue } from '../bench/campaign/open-queue.ts';
import { cleanEnvironment } from './supervise-oact.ts';
import { startChaosRedis } from './chaos-redis.ts';
import { readTable, type TableRow } from './judging/read-table.ts';

export interface KilledSettle {
  results: number;
  /** Kills at which some results were in the database and some were not. */
  kills: number;
  /** Records that are not as their result says, or were counted twice. */
  wrong: string[];
}

/** A settle is let through after so many kills. */
const mostKills = 4;

/** @param dir for its campaign and its Redis, which ends with it */
export async function killSettle(
  parent: string,
  options: { results: number; redisProgram: string; signal?: AbortSignal },
): Promise<KilledSettle> {
  const { results, redisProgram } = options;
  const dir = mkdtempSync(join(parent, 'settle-'));
  const redis = await startChaosRedis(redisProgram, dir);
  try {
    const url = `redis://127.0.0.1:${redis.port}/0`;
    const campaign = await makeFinished(dir, results, { kind: 'external', url });
    let kills = 0;
    for (let turn = 0; turn < mostKills && options.signal?.aborted !== true; turn += 1)
      if (await killInTheMiddle(campaign, dir, url, results)) kills += 1;
    await startSettle(campaign, dir, url).ended;
    return { results, kills, wrong: readTable(campaign.databasePath).filter(isWrong).map(describe) };
  } finally {
    await redis.stop();
  }
}

/** A campaign of which every job has ended, and no result is in the database. */
async function makeFinished(dir: string, results: number, address: RedisAddress): Promise<BenchCampaign> {
  const campaign = await makeCampaign(dir, results);
  const workflow = openWorkflow(campaign.databasePath);
  const { queue, close } = await openQueue({ redis: { address } }, campaign.campaignId);
  await enqueue(workflow, queue, selectionOf('id', results), batchOf(campaign));
  await finishJobs({ redis: { address } }, campaign);
  await close();
  workflow.close();
  return campaign;
}

/** @returns false when it came to its end first */
async function killInTheMiddle(
  campaign: BenchCampaign,
  dir: string,
  url: string,
  results: number,
): Promise<boolean> {
  const before = countCompleted(campaign.databasePath);
  const { child, ended } = startSettle(campaign, dir, url);
  while (child.exitCode === null && countCompleted(campaign.databasePath) === before) await delay(2);
  child.kill('SIGKILL');
  await ended;
  return countCompleted(campaign.databasePath) < results;
}

function startSettle(
  campaign: BenchCampaign,
  dir: string,
  url: string,
): { child: ChildProcess; ended: Promise<unknown> } {
  const oact = join(findPackageRoot(), 'bin', 'oact.js');
  const child = spawn(process.execPath, [oact, 'reconcile', '--once', '-C', campaign.dir], {
    env: { ...cleanEnvironment(), OACT_REDIS_URL: url, CHAOS_DIR: dir },
    stdio: 'ignore',
  });
  return { child, ended: once(child, 'close') };
}

function countCompleted(databasePath: string): number {
  const db = new Database(databasePath, { readonly: true, timeout: 15_000 });
  try {
    const sql = `select count(*) from structures where status = 'completed'`;
    return db.prepare<[], number>(sql).pluck().get() ?? 0;
  } finally {
    db.close();
  }
}

const isWrong = (row: TableRow): boolean =>
  row.status !== 'completed' ||
  row.attempts !== 1 ||
  row.openAttempts !== 0 ||
  row.failCount !== 0 ||
  row.finalEnergyHartree !== finishedEnergyOf(row.id);

const describe = (row: TableRow): string =>
  `record ${row.id}: ${row.status}, ${row.finalEnergyHartree} Eh, ${row.attempts} attempts, ${row.openAttempts} open`;
