import type { Redis } from 'ioredis';
import { z } from 'zod';
import { queueNameOf, queuePrefix } from '../../core/job/queue-names.ts';
import { listLanes } from '../../core/redis/lane-names.ts';
import {
  findLostScript,
  moveWaitingScript,
  queuedSets,
  readIdsScript,
  straightenScript,
  withdrawScript,
  withdrawUnownedScript,
  withdrawWaitingScript,
} from '../../core/redis/scripts/audit-scripts.ts';
import { runScript } from '../../core/redis/scripts/run-script.ts';

/** What stands on the queue, by id; finished jobs are the sweep's. */
interface QueueScan {
  ids: Set<string>;
  /** Ids without a job behind them, and ids that were met twice: a job that moved meanwhile, or one added by hand. */
  suspects: Set<string>;
}

/** The queue's lists, read and repaired by id; no job's data is loaded. */
export interface QueueLists {
  scan(): Promise<QueueScan>;
  /** @returns the ids that were on the queue */
  withdraw(jobIds: readonly string[]): Promise<string[]>;
  /** Leaves jobs that run. @returns the ids that waited */
  withdrawWaiting(jobIds: readonly string[], isDryRun: boolean): Promise<string[]>;
  /** Leaves jobs whose owner holds their lock. @returns the ids that were taken off */
  withdrawUnowned(jobIds: readonly string[]): Promise<string[]>;
  /** Moves jobs that wait to where the next one is taken, or behind all others; of the first, the last id runs first. @returns the ids that were moved */
  moveWaiting(jobIds: readonly string[], to: 'head' | 'tail'): Promise<string[]>;
  straighten(jobIds: readonly string[]): Promise<void>;
  /** @returns those of the ids that no consumer would ever be given */
  findLost(jobIds: readonly string[], isDryRun: boolean): Promise<string[]>;
}

/** Ids per script: BullMQ's lists are searched from one end, and Redis does nothing else meanwhile. */
const chunkSize = 100;
const pageSize = 1000;

const idsSchema = z.array(z.string());
const idsOf = (replies: unknown[]): string[] => replies.flatMap((reply) => idsSchema.parse(reply));
const pageSchema = z.tuple([idsSchema, idsSchema]);

/** The lists of all lanes as one. */
export async function listsOf(redis: Redis, campaignId: string): Promise<QueueLists> {
  const lanes = await listLanes(redis, campaignId);
  return joinLanes(lanes.map((lane) => listsOfLane(redis, campaignId, lane)));
}

function joinLanes(lanes: readonly QueueLists[]): QueueLists {
  const all = async (ask: (lists: QueueLists) => Promise<readonly string[]>): Promise<string[]> => {
    const found: string[] = [];
    for (const lists of lanes) found.push(...(await ask(lists)));
    return found;
  };
  return {
    async scan() {
      const found: QueueScan = { ids: new Set(), suspects: new Set() };
      for (const lists of lanes) {
        const { ids, suspects } = await lists.scan();
        for (const id of ids) (found.ids.has(id) ? found.suspects : found.ids).add(id);
        for (const id of suspects) found.suspects.add(id);
      }
      return found;
    },
    withdraw: (jobIds) => all((lists) => lists.withdraw(jobIds)),
    withdrawWaiting: (jobIds, isDryRun) => all((lists) => lists.withdrawWaiting(jobIds, isDryRun)),
    withdrawUnowned: (jobIds) => all((lists) => lists.withdrawUnowned(jobIds)),
    moveWaiting: (jobIds, to) => all((lists) => lists.moveWaiting(jobIds, to)),
    async straighten(jobIds) {
      for (const lists of lanes) await lists.straighten(jobIds);
    },
    // Lost is what no lane knows.
    async findLost(jobIds, isDryRun) {
      let lost = [...jobIds];
      for (const lists of lanes) lost = await lists.findLost(lost, isDryRun);
      return lost;
    },
  };
}

function listsOfLane(redis: Redis, campaignId: string, lane: string): QueueLists {
  const base = `${queuePrefix(campaignId)}:${queueNameOf(lane)}:`;
  const queued = queuedSets.map((name) => base + name);
  const call = async (
    script: string,
    keys: string[],
    ids: readonly string[],
    ...first: string[]
  ): Promise<unknown[]> => {
    const replies: unknown[] = [];
    for (let start = 0; start < ids.length; start += chunkSize) {
      const chunk = ids.slice(start, start + chunkSize);
      replies.push(await runScript(redis, script, keys, [...first, ...chunk]));
    }
    return replies;
  };
  /** A script finds what stands near the head of the list at once, and walks through all of it for the rest. */
  const inListOrder = async (jobIds: readonly string[]): Promise<readonly string[]> => {
    if (jobIds.length <= chunkSize) return jobIds;
    const places = new Map<string, number>();
    for (let start = 0; ; start += pageSize) {
      const range = ['lrange', start, start + pageSize - 1];
      const [ids] = pageSchema.parse(await runScript(redis, readIdsScript, [`${base}wait`, base], range));
      for (const id of ids) places.set(id, places.size);
      if (ids.length < pageSize) break;
    }
    const placeOf = (id: string): number => places.get(id) ?? Infinity;
    return jobIds.toSorted((one, other) => placeOf(one) - placeOf(other) || 0);
  };
  return {
    async scan() {
      const found: QueueScan = { ids: new Set(), suspects: new Set() };
      for (const name of queuedSets) {
        const command = name === 'wait' || name === 'active' ? 'lrange' : 'zrange';
        for (let start = 0; ; start += pageSize) {
          const range = [start, start + pageSize - 1];
          const [ids, ghosts] = pageSchema.parse(
            await runScript(redis, readIdsScript, [base + name, base], [command, ...range]),
          );
          for (const id of ids) (found.ids.has(id) ? found.suspects : found.ids).add(id);
          for (const id of ghosts) found.suspects.add(id);
          if (ids.length < pageSize) break;
        }
      }
      return found;
    },
    withdraw: async (jobIds) =>
      idsOf(await call(withdrawScript, [...queued, `${base}stalled`, base], jobIds)),
    withdrawWaiting: async (jobIds, isDryRun) =>
      idsOf(
        await call(
          withdrawWaitingScript,
          [...queued.slice(0, 3), base],
          await inListOrder(jobIds),
          isDryRun ? 'look' : 'delete',
        ),
      ),
    withdrawUnowned: async (jobIds) =>
      idsOf(
        await call(withdrawUnownedScript, [...queued, `${base}stalled`, base], await inListOrder(jobIds)),
      ),
    moveWaiting: async (jobIds, to) =>
      idsOf(await call(moveWaitingScript, [`${base}wait`], jobIds, to === 'head' ? 'rpush' : 'lpush')),
    straighten: async (jobIds) => void (await call(straightenScript, [...queued, base], jobIds)),
    findLost: async (jobIds, isDryRun) =>
      idsOf(
        await call(
          findLostScript,
          [...queued, `${base}completed`, `${base}failed`, base],
          jobIds,
          isDryRun ? 'look' : 'delete',
        ),
      ),
  };
}
