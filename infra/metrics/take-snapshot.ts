import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { parseRedisInfo } from '../../core/redis/check-redis.ts';
import { messageOf } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { queueNameOf, queuePrefix } from '../../core/job/queue-names.ts';
import { countEndings } from '../../workflow/reports/count-endings.ts';
import { countByStatus } from '../../workflow/reports/count-by-status.ts';
import { countOpenAttempts } from '../../workflow/attempts/count-open-attempts.ts';
import { findLastEnding } from '../../workflow/reports/find-ending-times.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { countLanes, sumCounts } from '../redis/count-queue.ts';
import { listConsumers } from '../consumers/list-consumers.ts';
import type { Snapshot } from './snapshot.ts';

export interface SnapshotSource {
  workflow: Workflow;
  redis: Redis;
  lane: string;
  log: Logger;
}

/** A Redis that is away lets commands wait, and a scrape must not. */
const patienceMs = 3000;

/** Reads a campaign's figures: one scan of an index, and six commands to Redis. Never rejects. */
export function createSnapshotTaker(source: SnapshotSource): () => Promise<Snapshot> {
  return async () => {
    const takenAt = new Date();
    const queue = await readQueue(source, takenAt);
    const database = readDatabase(source);
    return { campaignId: source.workflow.campaignId, lane: source.lane, takenAt, database, queue };
  };
}

function readDatabase({ workflow, log }: SnapshotSource): Snapshot['database'] {
  try {
    return {
      records: countByStatus(workflow),
      openAttempts: countOpenAttempts(workflow),
      endings: countEndings(workflow),
      lastEndingAt: findLastEnding(workflow),
    };
  } catch (error) {
    log.debug({ err: messageOf(error) }, 'no figures from the database');
    return null;
  }
}

async function readQueue(source: SnapshotSource, now: Date): Promise<Snapshot['queue']> {
  const givenUp = new AbortController();
  const tooLate = delay(patienceMs, null, { signal: givenUp.signal, ref: false }).catch(() => null);
  const asked = askQueue(source, now).catch((error: unknown) => {
    source.log.debug({ err: messageOf(error) }, 'no figures from Redis');
    return null;
  });
  return Promise.race([asked, tooLate]).finally(() => givenUp.abort());
}

async function askQueue({ redis, workflow, lane }: SnapshotSource, now: Date): Promise<Snapshot['queue']> {
  // Commands would pile up until it is back.
  if (redis.status !== 'ready') return null;
  const [lanes, { consumers }, info] = await Promise.all([
    countLanes(redis, workflow.campaignId),
    listConsumers(redis, workflow.campaignId, lane, now),
    redis.info(),
  ]);
  const finishedSets = lanes.flatMap(({ lane: name }) =>
    ['completed', 'failed'].map((set) => `${queuePrefix(workflow.campaignId)}:${queueNameOf(name)}:${set}`),
  );
  const oldest = await Promise.all(finishedSets.map((key) => readOldestMs(redis, key)));
  const states = { running: 0, draining: 0, ended: 0, silent: 0 };
  for (const { state } of consumers) states[state] += 1;
  const present = consumers.filter(({ state }) => state === 'running' || state === 'draining');
  const finished = oldest.filter((time) => time !== null);
  return {
    jobs: sumCounts(lanes),
    lanes,
    oldestFinishedMs: finished.length === 0 ? null : Math.min(...finished),
    consumers: states,
    slots: present.reduce((sum, { slots }) => sum + slots, 0),
    busySlots: present.reduce((sum, { busy }) => sum + busy, 0),
    stalledJobs: present
      .flatMap(({ jobs }) => jobs)
      .filter(({ progress }) => (progress?.stalledSince ?? null) !== null).length,
    redis: parseRedisInfo(info),
  };
}

/** BullMQ orders finished jobs by the time at which they finished. */
async function readOldestMs(redis: Redis, key: string): Promise<number | null> {
  const [, score] = await redis.zrange(key, '0', '0', 'WITHSCORES');
  return score === undefined ? null : Number(score);
}
