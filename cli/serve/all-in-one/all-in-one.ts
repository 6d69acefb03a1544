import { once } from 'node:events';
import { hostname } from 'node:os';
import { finishPublishing } from '../../../consumer/files/publish-result.ts';
import { inheritedEnvironment, readVariable } from '../../../core/config/environment.ts';
import type { Campaign } from '../../../core/config/load-config.ts';
import { messageOf, OactError } from '../../../core/errors.ts';
import type { Logger } from '../../../core/logger.ts';
import { isStopReason, type StopSignal } from '../../../core/stop-signal.ts';
import { findFreePort } from '../../../infra/redis/free-port.ts';
import { recoverAttempts } from '../../../reconciler/recover-attempts.ts';
import { readAllocation } from '../../../scheduler/read-allocation.ts';
import { secondsUntilKill } from '../../../scheduler/schedulers.ts';
import { programPath } from '../../../scheduler/script/shipped-scripts.ts';
import type { AfterFailure } from '../../../workflow/attempts/settle-and-retry.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import type { OpenQueue } from '../../redis/open-queue.ts';
import { print } from '../../terminal/print.ts';
import { openChain } from './chain.ts';
import { describeWays } from './describe-ways.ts';
import { drainAll, waitUntilGone } from './follow-consumers.ts';
import { keepRedis, type RedisKeeper } from './keep-redis.ts';
import { takeCores } from './take-cores.ts';

/** Flags of `oact serve` for an allocation that holds everything. */
export interface AllInOneFlags {
  withRedis?: boolean;
  untilDone?: boolean;
  bind?: string;
  /** False by --no-tls. */
  tls?: boolean;
  reserveCores?: number;
  /** How many allocations may follow; true: as many as usual. */
  chain?: number | true;
  /** For tests, seconds. */
  leaseSeconds?: number;
}

export interface AllInOneOptions {
  campaign: Campaign;
  workflow: Workflow;
  afterFailure: AfterFailure;
  holder: string;
  /** After --: for the chain. */
  script: readonly string[];
  flags: AllInOneFlags;
  log: Logger;
  stop: StopSignal;
}

/** What an `oact serve` that ends with its allocation does beside the usual. */
export interface AllInOne {
  /** Aborted when the loop is to end: the consumers of this allocation have ended, or there is no time left. */
  readonly ended: AbortSignal;
  /** Begins to look after the consumers. */
  follow(open: OpenQueue): void;
  /** Prints once how to look at it: for whoever waits for it to be ready. */
  announce(boardPort: number | null): void;
  /** Sends the consumers home when all is done, and ends Redis. */
  end(open: OpenQueue, isDone: boolean): Promise<void>;
}

/** Behind the last words of its consumers, an ending allocation may take this long at most, seconds. */
const usualWaitSeconds = 10;
/** How long drained consumers have at the end of a campaign: they hear of it within ten seconds. */
const farewellSeconds = 60;

/**
 * Takes cores of its own, sees to a Redis, and takes over what is on disk and not in an empty one.
 * @returns undefined when a stop signal came first
 * @throws OactError REDIS_…
 */
export async function beginAllInOne(options: AllInOneOptions): Promise<AllInOne | undefined> {
  const { campaign, workflow, flags, log, stop, holder } = options;
  const allocation = readAllocation(inheritedEnvironment(), hostname());
  const chain =
    flags.chain === undefined
      ? undefined
      : openChain({ workflow, allocation, chain: flags.chain, script: options.script, log });
  const giveCoresBack = await takeCores(campaign.config, flags.reserveCores ?? null, log);
  const keeper = await seeToRedis(options, { holder, host: allocation.node });
  if (!keeper) {
    await giveCoresBack();
    return undefined;
  }
  if (keeper.isFresh) await adoptPublished(options);
  const over = new AbortController();
  let isAnnounced = false;
  return {
    ended: over.signal,
    follow: (open) => {
      void endBehindConsumers(open, workflow.campaignId, allocation, stop).finally(() => over.abort());
    },
    announce: (boardPort) => {
      if (isAnnounced) return;
      isAnnounced = true;
      chain?.begin();
      const submitHost = readVariable('SLURM_SUBMIT_HOST') ?? readVariable('PBS_O_HOST') ?? null;
      const at = { node: allocation.node, submitHost, boardPort };
      print(describeWays({ ...at, campaignDir: campaign.dir, program: programPath() }).join('\n'));
    },
    end: async (open, isDone) => {
      await Promise.all([chain?.end(isDone), isDone && sendHome(open, workflow.campaignId, log)]);
      await keeper.stop(isDone);
      await giveCoresBack();
    },
  };
}

async function seeToRedis(
  { campaign, workflow, flags, log, stop }: AllInOneOptions,
  self: { holder: string; host: string },
): Promise<RedisKeeper | undefined> {
  if (campaign.config.redis.url !== null) {
    log.info({}, 'oact.yaml or OACT_REDIS_URL names a Redis: this process starts none');
    return { isFresh: false, stop: () => Promise.resolve() };
  }
  return keepRedis({
    ...self,
    campaign,
    workflow,
    log,
    bind: flags.bind,
    tls: flags.tls !== false,
    signal: stop.drain,
    leaseSeconds: flags.leaseSeconds,
  });
}

/** What was published while nobody settled: the queue that knew of it is gone. */
async function adoptPublished({ workflow, afterFailure, log, stop }: AllInOneOptions): Promise<void> {
  let settled = 0;
  await recoverAttempts(workflow, {
    campaignId: workflow.campaignId,
    isDryRun: false,
    signal: stop.drain,
    onStep: () => void (settled += 1),
    onProgress: () => undefined,
    finishFiles: finishPublishing,
    afterFailure,
  });
  if (settled > 0) log.info({ settled }, 'results that were on disk and not in the database were settled');
}

/** Resolves when this process may end: it was told to, and the consumers of its allocation have handed back. */
async function endBehindConsumers(
  { redis }: OpenQueue,
  campaignId: string,
  { allocationId, scheduler }: ReturnType<typeof readAllocation>,
  stop: StopSignal,
): Promise<void> {
  if (!stop.drain.aborted) await once(stop.drain, 'abort');
  const reason: unknown = stop.drain.reason;
  const signal = isStopReason(reason) ? reason.signal : undefined;
  const left = signal === undefined ? undefined : secondsUntilKill(signal, scheduler);
  // As long as the consumers themselves have, and a moment for their last words.
  const seconds = Math.min(usualWaitSeconds, (left ?? usualWaitSeconds) + 1.5);
  if (allocationId === null) return;
  await Promise.race([
    waitUntilGone(redis, campaignId, allocationId, seconds),
    stop.force.aborted ? undefined : once(stop.force, 'abort'),
  ]);
}

async function sendHome({ redis }: OpenQueue, campaignId: string, log: Logger): Promise<void> {
  try {
    const asked = await drainAll(redis, campaignId);
    log.info({ consumers: asked }, 'the campaign is done: its consumers are asked to drain');
    if (!(await waitUntilGone(redis, campaignId, null, farewellSeconds)))
      log.warn({}, 'not all consumers have said that they ended');
  } catch (error) {
    log.warn(
      { err: messageOf(error) },
      'the consumers were not asked to drain: they end when they find no job',
    );
  }
}

/** A port for the pages: the one that was asked for, any free one for 0. */
export async function chooseBoardPort(wanted: number | undefined): Promise<number | undefined> {
  return wanted === 0 ? findFreePort() : wanted;
}

/** @throws OactError USAGE */
export function checkAllInOneFlags({ withRedis, bind, tls, reserveCores, chain }: AllInOneFlags): void {
  if (withRedis === true) return;
  if (bind === undefined && tls !== false && reserveCores === undefined && chain === undefined) return;
  throw new OactError('USAGE', '--bind, --no-tls, --reserve-cores and --chain belong to --with-redis');
}
