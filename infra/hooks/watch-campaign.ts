import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { type HookSettings, hookEvents } from '../../core/config/hook-settings.ts';
import { OactError, messageOf } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { listConsumers } from '../consumers/list-consumers.ts';
import { type CampaignView, decideEvents } from './decide-events.ts';
import type { Happening } from './hook-event.ts';
import { readMemory, writeMemory } from './hook-memory.ts';
import { makeEvent, runHook } from './run-hook.ts';
import { countOpenAttempts } from '../../workflow/attempts/count-open-attempts.ts';
import { listEntries } from '../../workflow/allocations/entries.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { countByStatus } from '../../workflow/reports/count-by-status.ts';
import { countEndingsSince } from '../../workflow/reports/count-endings.ts';
import { findLastEnding, findOldestOpen } from '../../workflow/reports/find-ending-times.ts';

export interface WatchOptions {
  settings: HookSettings;
  campaignDir: string;
  lane: string;
  workflow: Workflow;
  redis: Redis;
  log: Logger;
  /** For tests. */
  intervalSeconds?: number | undefined;
  /** Where several processes watch one campaign, only one of them may run hooks; without it, this one does. */
  mayLook?: () => boolean;
}

/** Four small queries and two reads of Redis. */
const lookSeconds = 10;
/** A Redis that is away lets questions wait. */
const patienceMs = 3000;

/**
 * Looks at a campaign every ten seconds and runs the hooks of what is new. What was reported is written down when its hook has
 * ended: a process that dies in between tells it again.
 */
export function watchCampaign(options: WatchOptions): {
  /** One more look, its hooks included: for the end of a run. */
  look(): Promise<void>;
  /** Waits for hooks that run; each has its time limit. */
  stop(): Promise<void>;
} {
  if (hookEvents.every((event) => options.settings[event] === null)) {
    return { look: () => Promise.resolve(), stop: () => Promise.resolve() };
  }
  let memory = readMemory(options.campaignDir);
  let looking: Promise<void> = Promise.resolve();
  let hadToWait = false;
  const lookOnce = async (): Promise<void> => {
    if (options.mayLook?.() === false) {
      hadToWait = true;
      return;
    }
    try {
      // Another process has run hooks meanwhile.
      if (hadToWait) memory = readMemory(options.campaignDir);
      hadToWait = false;
      const next = decideEvents(await viewCampaign(options), memory, options.settings);
      await Promise.all(next.events.map((happening) => tell(happening, options)));
      if (JSON.stringify(next.memory) === JSON.stringify(memory)) return;
      memory = next.memory;
      writeMemory(options.campaignDir, memory);
    } catch (error) {
      // The loop beside it says what is wrong with database or Redis.
      options.log.debug({ err: messageOf(error) }, 'the hooks could not check the campaign');
    }
  };
  const look = (): Promise<void> => (looking = looking.then(lookOnce));
  const stopped = new AbortController();
  const { signal } = stopped;
  const keepLooking = async (): Promise<void> => {
    while (!signal.aborted) {
      await look();
      const pauseMs = (options.intervalSeconds ?? lookSeconds) * 1000;
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  };
  void keepLooking();
  return {
    look,
    stop: () => {
      stopped.abort();
      return looking;
    },
  };
}

async function tell(
  happening: Happening,
  { settings, campaignDir, workflow, log }: WatchOptions,
): Promise<void> {
  const hook = settings[happening.event];
  if (hook === null) return;
  const campaign = { id: workflow.campaignId, directory: campaignDir };
  const { event, message } = happening;
  try {
    await runHook(hook, makeEvent(happening, campaign, { now: new Date() }));
    log.info({ event, message }, 'hook was called');
  } catch (error) {
    const hint = error instanceof OactError ? error.hint : undefined;
    log.warn({ event, message, err: messageOf(error), ...(hint !== undefined && { hint }) }, 'hook failed');
  }
}

async function viewCampaign({ workflow, settings, ...options }: WatchOptions): Promise<CampaignView> {
  const now = new Date();
  const consumers = await readConsumers(workflow.campaignId, options, now);
  const openAttempts = countOpenAttempts(workflow);
  const windowSeconds = settings.failureRate?.window;
  const from = new Date(now.getTime() - (windowSeconds ?? 0) * 1000).toISOString();
  return {
    now,
    openAttempts,
    records: openAttempts === 0 ? countByStatus(workflow) : null,
    oldestOpenAt: findOldestOpen(workflow),
    lastEndingAt: findLastEnding(workflow),
    recent: windowSeconds === undefined ? [] : countEndingsSince(workflow, from),
    consumers,
    // What a user paused, the user knows.
    pausedEntries: listEntries(workflow).flatMap(({ name, pausedAt, pausedBy, pausedReason }) =>
      pausedAt === null || pausedBy === 'user' ? [] : [{ name, pausedAt, reason: pausedReason ?? '' }],
    ),
  };
}

async function readConsumers(
  campaignId: string,
  { redis, lane }: Pick<WatchOptions, 'redis' | 'lane'>,
  now: Date,
): Promise<CampaignView['consumers']> {
  if (redis.status !== 'ready') return null;
  const timer = new AbortController();
  const tooLate = delay(patienceMs, null, { signal: timer.signal, ref: false }).catch(() => null);
  const asked = listConsumers(redis, campaignId, lane, now).then(
    ({ consumers }) => consumers,
    () => null,
  );
  return Promise.race([asked, tooLate]).finally(() => timer.abort());
}
