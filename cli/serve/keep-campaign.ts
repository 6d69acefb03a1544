import { setTimeout as delay } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { createBackoff } from '../../core/backoff.ts';
import { OactError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { OutageLog } from '../../core/redis/outage-log.ts';
import type { StoppedBatch } from '../../core/waiting/stopped-batch.ts';
import { forgetConsumers } from '../../infra/consumers/forget-consumers.ts';
import { auditQueue } from '../../producer/audit/audit-queue.ts';
import type { ExpectTimes } from '../../producer/enqueue.ts';
import { keepPause } from '../../producer/steering/keep-pause.ts';
import { readdJobs } from '../../producer/audit/readd-jobs.ts';
import { sweepFinished } from '../../reconciler/sweep-finished.ts';
import { type QueueWatch, watchQueue } from '../../reconciler/watch-queue.ts';
import { checkInPlace } from '../../workflow/database/check-in-place.ts';
import { countOpenAttempts } from '../../workflow/attempts/count-open-attempts.ts';
import { loadBatch } from '../../workflow/attempts/batches.ts';
import { readPause } from '../../workflow/steering/pause.ts';
import type { AfterFailure } from '../../workflow/attempts/settle-and-retry.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { giveUpOnRedis } from '../redis/give-up-on-redis.ts';
import type { Leadership } from './lead-campaign.ts';
import { stopNode } from './stop-node.ts';
import { type Refill, type RefillMemory, refillQueue, type RefillTotals } from './refill-queue.ts';
import { createTroubleLog, reopenIfItHelps } from './trouble-log.ts';
import { rowOf } from '../../orca/failures/catalogue.ts';

export interface KeepOptions {
  workflow: Workflow;
  queue: Queue;
  redis: Redis;
  jobRoot: string;
  lane: string;
  log: Logger;
  /** Told when Redis does not answer. */
  outage: OutageLog;
  /** Ends the loop, after one last sweep. */
  signal: AbortSignal;
  /** Once aborted, nothing is enqueued any more. */
  pauseRefill?: AbortSignal;
  /** What to enqueue as the queue runs low; null: only reconcile. */
  refill: Refill | null;
  /** How long records will take, for the jobs that are added. */
  expect?: ExpectTimes;
  /** What follows a failed attempt; without it, failures stand. */
  afterFailure?: AfterFailure;
  /** Settled jobs of each kind that Bull Board still shows. */
  keepSettled?: number;
  /** See core/job/queue-names.ts; 0 where nobody else can be running a job of this campaign. */
  noticeSeconds: number;
  /** End when no attempt is open and there is nothing left to enqueue. */
  untilDone: boolean;
  /** End after one round; what keeps it from its work is thrown instead of waited for. */
  once?: boolean;
  /** Corrects records at rest that another tool has changed, with each audit. */
  mend?: () => Promise<unknown>;
  /** Where several processes may do this, who does what only one may do; without it, this one does. */
  leadership?: Leadership;
  onRound?: (totals: KeepTotals) => void;
}

export interface KeepTotals extends RefillTotals {
  settled: number;
  /** Failed attempts that another one followed. */
  retried: number;
  /** The batch of all that this loop enqueued; null: it enqueued nothing. */
  batchId: number | null;
}

/** What is to be done besides settling can wait this long; a finished job, too, whose event was lost. */
const roundMs = 250;
/** Between two transactions: what ends meanwhile shares one, and a quiet queue is settled at once. */
const batchMs = 10;
const auditEveryMs = 60_000;
/** While nothing is left to claim, the database is asked again only this often. */
const emptyPauseMs = 30_000;
/** After a round that failed, before the usual pause. */
const retryPauses = { firstMs: 500, longestMs: 30_000 };

/** What the loop remembers from round to round. */
interface Memory extends RefillMemory {
  /** Foreign jobs that were named already. */
  named: Set<string>;
  auditedAtMs: number;
  emptyUntilMs: number;
  /** Whether the queue was seen to be paused or not as the database wants it; undefined: it was not looked at. */
  isPaused: boolean | undefined;
}

/**
 * Keeps the queue filled and the database true until stopped: the loop of `oact run` and `oact serve`.
 * Redis away, or a database that cannot be used: says so once, waits with back-off, resumes when it is over.
 * @throws OactError with `once` whatever the round met; DATABASE_REPLACED when another campaign's database has taken the place of this one's
 */
export async function keepCampaign(options: KeepOptions): Promise<KeepTotals> {
  const { redis, workflow } = options;
  const watch = options.once === true ? undefined : watchQueue(redis, workflow.campaignId);
  try {
    return await keepRounds(options, watch);
  } finally {
    watch?.stop();
  }
}

async function keepRounds(options: KeepOptions, watch: QueueWatch | undefined): Promise<KeepTotals> {
  const totals: KeepTotals = {
    queued: 0,
    refused: 0,
    settled: 0,
    retried: 0,
    stopped: null,
    leftOut: [],
    batchId: null,
  };
  const { log, signal, outage, workflow, redis } = options;
  const trouble = createTroubleLog(log, outage, workflow.path);
  const memory: Memory = {
    named: new Set(),
    auditedAtMs: -Infinity,
    emptyUntilMs: 0,
    batchId: undefined,
    isPaused: undefined,
  };
  // It may come back with less than it had.
  const forgetAudit = (): void => {
    memory.auditedAtMs = -Infinity;
    memory.isPaused = undefined;
  };
  redis.on('ready', forgetAudit);
  const backoff = createBackoff(retryPauses);
  for (let isLast = false; !isLast;) {
    isLast = signal.aborted;
    try {
      checkInPlace(workflow);
      options.leadership?.keep();
      const round = await giveUpOnRedis(runRound(options, memory, totals, isLast), outage, signal);
      if (round === 'given_up' && options.once === true) throw noAnswer();
      if (round === 'given_up') {
        log.warn('stopped while Redis was down: finished jobs are settled after the next start');
        break;
      }
      trouble.over();
      backoff.reset();
      if (round === 'done' || options.once === true) break;
      // A refill that was cut resumes after the next sweep.
      if (watch && !isLast && memory.isCut !== true)
        await giveUpOnRedis(settleUntilRound(options, memory, totals, watch), outage, signal);
    } catch (error) {
      if (options.once === true) throw error;
      trouble.failed(error);
      reopenIfItHelps(error, workflow);
      // Before anything more is claimed: what was claimed and could not be added comes first.
      forgetAudit();
      if (!isLast) await backoff.pause({ signal });
    }
  }
  redis.off('ready', forgetAudit);
  return totals;
}

/** Until the next round is due, what ends is settled as soon as the queue tells of it. */
async function settleUntilRound(
  options: KeepOptions,
  memory: Memory,
  totals: KeepTotals,
  watch: QueueWatch,
): Promise<void> {
  const { signal, workflow, untilDone } = options;
  const untilMs = performance.now() + roundMs;
  const leftMs = (): number => (signal.aborted ? 0 : untilMs - performance.now());
  for (let settled = 0; leftMs() > 0;) {
    // While jobs end one after the other, an event may have come between two looks at the stream.
    if (settled === 0) await watch.next(leftMs(), signal);
    if (leftMs() <= 0) return;
    settled = await sweepOnce(options, memory, totals);
    if (untilDone && settled > 0 && countOpenAttempts(workflow) === 0) return;
    await delay(batchMs, undefined, { signal }).catch(() => undefined);
  }
}

/** @returns how many attempts were settled */
async function sweepOnce(options: KeepOptions, memory: Memory, totals: KeepTotals): Promise<number> {
  const { workflow, redis, queue } = options;
  const sweep = await sweepFinished(workflow, redis, {
    rulesOf: rowOf,
    ...options,
    named: memory.named,
    addRetries: (attempts) => readdJobs(workflow, queue, attempts, true, options.expect),
    stopNode: (node) => stopNode(redis, workflow.campaignId, options.lane, node),
  });
  totals.settled += sweep.settled;
  totals.retried += sweep.retried;
  for (const batch of sweep.stopped) {
    // The audit takes the rest of it off the queue.
    memory.auditedAtMs = -Infinity;
    if (hasSameOptions(options, batch)) totals.stopped ??= batch;
  }
  return sweep.settled;
}

async function runRound(
  options: KeepOptions,
  memory: Memory,
  totals: KeepTotals,
  isLast: boolean,
): Promise<'more' | 'done'> {
  const { workflow, redis, queue } = options;
  const mayAdd = !isLast && options.pauseRefill?.aborted !== true;
  if (!isLast) await followPause(options, memory);
  await sweepOnce(options, memory, totals);
  if (mayAdd && performance.now() - memory.auditedAtMs >= auditEveryMs) {
    const { postponed } = await auditQueue(workflow, queue, redis, options);
    if (options.leadership?.isLeading() !== false) await options.mend?.();
    await forgetConsumers(redis, workflow.campaignId, options.lane, new Date());
    const waitMs = postponed > 0 ? Math.min(auditEveryMs, options.noticeSeconds * 1000) : auditEveryMs;
    memory.auditedAtMs = performance.now() - (auditEveryMs - waitMs);
  }
  let hasMore = false;
  if (mayAdd && performance.now() >= memory.emptyUntilMs) {
    const signals = [options.signal, ...(options.pauseRefill ? [options.pauseRefill] : [])];
    hasMore = await refillQueue({ ...options, signal: AbortSignal.any(signals) }, memory, totals);
    totals.batchId = memory.batchId ?? null;
    if (!hasMore) memory.emptyUntilMs = performance.now() + emptyPauseMs;
  }
  options.onRound?.(totals);
  return options.untilDone && !hasMore && countOpenAttempts(workflow) === 0 ? 'done' : 'more';
}

function noAnswer(): OactError {
  return new OactError('REDIS_UNREACHABLE', 'Redis does not answer: the round was not finished', {
    hint: 'Check it with oact redis status. The next round does the rest.',
  });
}

/** A pause that began or ended while the queue was out of reach is applied now. */
async function followPause({ workflow, queue, log }: KeepOptions, memory: Memory): Promise<void> {
  const pause = readPause(workflow);
  if (memory.isPaused === (pause !== null)) return;
  await keepPause(workflow, queue);
  if (pause !== null) log.warn({ ...pause }, 'paused: no job starts until oact resume');
  else if (memory.isPaused === true) log.info('resumed');
  memory.isPaused = pause !== null;
}

/** The batch of this loop, or one that another call began in the same way: more of it would die of the same error. */
function hasSameOptions({ workflow, refill: wanted }: KeepOptions, { batchId }: StoppedBatch): boolean {
  return wanted !== null && JSON.stringify(loadBatch(workflow, batchId)) === JSON.stringify(wanted.batch);
}
