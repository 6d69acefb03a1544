/** A private Slurm, to which `oact serve` of a run submits allocations by itself. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type BenchSlurm, startSlurm } from '../bench/campaign/start-slurm.ts';
import { type AllocationRow, judgeAllocations } from './judging/judge-allocations.ts';

/** What the entry may hold at once: one node less than there are, so that holding too many would show. */
const mostNodes = 3;
/** Each allocation lives for a few jobs only: many of them come and go within a run. */
const entry = (consumeFlags: readonly string[]): string =>
  `\nallocations: {scheduler: slurm, maxNodes: ${mostNodes}, maxPending: 1, within: 10s, minWorkPerNode: 1s, ` +
  'slotsPerNode: 2, interval: 1s, walltime: 3m, idleTimeout: 2s, announceWithin: 60s, ' +
  `consumeFlags: ${JSON.stringify(consumeFlags)}}\n`;

const watchMs = 500;

export interface ChaosCluster extends BenchSlurm {
  /** How many allocations there ever were. */
  count(): Promise<number>;
  /** What the scheduler and the database say against each other; to be asked when all is settled. */
  judge(databasePath: string): Promise<string[]>;
}

/** Starts it, and lets the campaign submit to it. @param consumeFlags of every consumer */
export async function startCluster(
  dir: string,
  campaignDir: string,
  consumeFlags: readonly string[],
): Promise<ChaosCluster> {
  const slurm = await startSlurm(dir, mostNodes + 1, 2);
  appendFileSync(join(campaignDir, 'oact.yaml'), entry(consumeFlags));
  let most = 0;
  const watch = setInterval(() => {
    // While the controller is stopped it does not answer.
    void countNodes(slurm).then(
      (nodes) => (most = Math.max(most, nodes)),
      () => undefined,
    );
  }, watchMs);
  const newest = async (): Promise<number> => {
    const ids = (await slurm.run('squeue', '--noheader', '--states=all', '--format=%A')).split(/\s+/);
    return Math.max(0, ...ids.map(Number));
  };
  return {
    ...slurm,
    count: newest,
    async judge(databasePath) {
      return judgeAllocations(readAllocations(databasePath), await newest(), { most, allowed: mostNodes });
    },
    async stop() {
      clearInterval(watch);
      await slurm.cancelAll();
      await slurm.stop();
    },
  };
}

/** Nodes of allocations that wait or run. */
async function countNodes(slurm: BenchSlurm): Promise<number> {
  const held = await slurm.run('squeue', '--noheader', '--states=PD,R', '--format=%D');
  return held.split(/\s+/).reduce((sum, one) => sum + Number(one), 0);
}

function readAllocations(databasePath: string): AllocationRow[] {
  const db = new Database(databasePath, { readonly: true });
  try {
    return db
      .prepare<[], AllocationRow>('select id, allocation_id as allocationId, state from oact_allocations')
      .all();
  } finally {
    db.close();
  }
}
