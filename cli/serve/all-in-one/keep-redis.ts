import { setTimeout as delay } from 'node:timers/promises';
import type { Campaign } from '../../../core/config/load-config.ts';
import { messageOf, OactError } from '../../../core/errors.ts';
import type { Logger } from '../../../core/logger.ts';
import { explainHungServer } from '../../../infra/redis/hung/explain-hung-server.ts';
import { isKeptHere, startKeptServer, stopKeptServer } from '../../../infra/redis/kept/kept-server.ts';
import { readServerStatus, type ServerStatus } from '../../../infra/redis/server-status.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { releaseLease, takeOrRenewLease } from '../../../workflow/steering/leases.ts';
import { decideRedis } from './decide-redis.ts';

/** Sees to it that the campaign has a Redis as long as this process lives. */
export interface RedisKeeper {
  /** Whether it began with an empty Redis: what is published and not settled is known to the disk alone. */
  readonly isFresh: boolean;
  /**
   * Stops the server if it runs here and this process sees to it, and lets the next process take over.
   * @param isDone the campaign is done: nothing is handed over
   */
  stop(isDone: boolean): Promise<void>;
}

export interface KeepRedisOptions {
  campaign: Campaign;
  workflow: Workflow;
  /** See cli/serve/lead-campaign.ts. */
  holder: string;
  host: string;
  /** Address that the other nodes reach; all interfaces unless given. */
  bind: string | undefined;
  tls: boolean;
  log: Logger;
  /** Ends the wait for a Redis that another process is to start. */
  signal: AbortSignal;
  /** For tests, seconds. */
  leaseSeconds?: number | undefined;
}

/** The lease of the process that may start a Redis for the campaign. */
const leaseName = 'redis';
const usualLeaseSeconds = 60;
/** How long a start may be in vain before this process gives up, where no other one could help. */
const patienceMs = 120_000;
const longestPauseMs = 5000;

/**
 * Joins the campaign's Redis if there is one, else starts one, and keeps watching it: when the process that kept it is gone and
 * it is away, this one starts another. Only the holder of a lease in the database does so.
 * @returns when there is one; undefined when the signal came first
 * @throws OactError REDIS_…, when none can be started and nobody else could
 */
export async function keepRedis(options: KeepRedisOptions): Promise<RedisKeeper | undefined> {
  const { campaign, workflow, log, signal, holder, host } = options;
  const seconds = options.leaseSeconds ?? usualLeaseSeconds;
  const pauseMs = Math.min(longestPauseMs, (seconds / 4) * 1000);
  const stopped = new AbortController();
  let isHeld = false;
  let isFresh = false;
  let vainLooks = 0;
  let said: string | undefined;
  const say = (words: string, fields: object = {}): void => {
    if (said !== words) log.info(fields, words);
    said = words;
  };
  const start = async (mayReplace: boolean): Promise<void> => {
    const { record, alreadyRan, warnings, hasQueue } = await startKeptServer(
      {
        campaignDir: campaign.dir,
        campaignId: campaign.config.campaign,
        bind: options.bind ?? '0.0.0.0',
        ownTls: options.tls,
      },
      mayReplace,
    );
    for (const warning of warnings) log.warn({ warning }, 'this Redis');
    if (alreadyRan) return;
    isFresh = !hasQueue;
    said = undefined;
    say(
      hasQueue
        ? 'Redis was started with the queue that the last one handed over'
        : 'Redis was started empty: its queue is rebuilt from the database',
      { host: record.host, port: record.port, replaced: mayReplace },
    );
  };
  /** One look, and what follows from it. @returns whether there is a Redis now, or why only a user can help */
  const look = async (): Promise<boolean | OactError> => {
    const wish = { name: leaseName, holder, seconds, now: new Date(), host };
    const lease = takeOrRenewLease(workflow, wish);
    ({ isHeld } = lease);
    const status = await readServerStatus(campaign.dir);
    vainLooks = status.state === 'unreachable' ? vainLooks + 1 : 0;
    const keptBy = recordOf(status)?.keptBy;
    switch (decideRedis({ isHeld, state: status.state, keptBy, vainLooks })) {
      case 'use':
        say('this campaign has a Redis', { on: recordOf(status)?.node });
        return true;
      case 'start':
        await start(false);
        return true;
      case 'replace':
        await start(true);
        return true;
      case 'wait':
        say('waiting for a Redis of this campaign', { keeper: lease.host, pid: lease.pid });
        return false;
      case 'refuse':
      default:
        return refusal(status, campaign.dir);
    }
  };
  if (!(await waitUntilThere(look, { log, signal, pauseMs }))) return undefined;
  const keepLooking = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await delay(pauseMs, undefined, { signal: stopped.signal }).catch(() => undefined);
      if (stopped.signal.aborted) return;
      const seen = await look().catch((error: unknown) => error);
      if (seen instanceof Error) say(`Redis cannot be seen to: ${seen.message}`);
    }
  };
  const looking = keepLooking();
  return {
    isFresh,
    stop: async (isDone) => {
      stopped.abort();
      await looking;
      if (!isHeld) return;
      try {
        const record = recordOf(await readServerStatus(campaign.dir));
        if (record !== undefined && isKeptHere(record)) {
          const isLeft = await stopKeptServer(campaign.dir, isDone);
          log.info(
            {},
            isLeft ? 'Redis was stopped, and left its queue to the next one' : 'Redis was stopped',
          );
        }
      } catch (error) {
        log.warn({ err: messageOf(error) }, 'Redis was not stopped in good order: its queue is rebuilt');
      }
      releaseLease(workflow, { name: leaseName, holder, now: new Date() });
    },
  };
}

/** @returns false when the signal came first @throws OactError when waiting cannot help, or did not for too long */
async function waitUntilThere(
  look: () => Promise<boolean | OactError>,
  { log, signal, pauseMs }: { log: Logger; signal: AbortSignal; pauseMs: number },
): Promise<boolean> {
  const beginMs = performance.now();
  while (!signal.aborted) {
    const isOver = performance.now() - beginMs > patienceMs;
    try {
      const seen = await look();
      if (seen === true) return true;
      if (seen !== false) throw seen;
      if (isOver) throw notReached();
    } catch (error) {
      // One that is just being started by another process, or a database that is locked, is there a moment later.
      const mayPass =
        error instanceof OactError &&
        (error.code === 'REDIS_START_FAILED' || error.code.startsWith('DATABASE'));
      if (isOver || !mayPass) throw error;
      log.warn({ err: messageOf(error) }, 'no Redis yet');
    }
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

const recordOf = (status: ServerStatus) => (status.state === 'none' ? undefined : status.record);

function notReached(): OactError {
  return new OactError(
    'REDIS_UNREACHABLE',
    "another process keeps this campaign's Redis, which this node does not reach",
    {
      hint: 'oact status says where that process is. Let its allocation end, or give it an address that all nodes reach: --bind.',
    },
  );
}

function refusal(status: ServerStatus, campaignDir: string): OactError {
  return status.state === 'unreachable'
    ? explainHungServer(status.record, campaignDir, status.error)
    : notReached();
}
