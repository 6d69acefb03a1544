/** Looks once a minute when the campaign will end, and notes it for every view. Run beside the loop that fills the queue. */
import type { OpenRedis } from '../redis/open-redis.ts';
import { messageOf } from '../../core/errors.ts';
import { defaultLane } from '../../core/job/queue-names.ts';
import { parseJobId } from '../../core/job/payload.ts';
import type { Logger } from '../../core/logger.ts';
import { type KnownConsumer, secondsSince } from '../../core/progress/consumer-registry.ts';
import { listConsumers } from '../../infra/consumers/list-consumers.ts';
import { countQueue } from '../../infra/redis/count-queue.ts';
import { expectEnd } from '../../packing/predict/expect-end.ts';
import { listOpenAttempts } from '../../workflow/attempts/list-open-attempts.ts';
import { countWaiting } from '../../workflow/records/count-waiting.ts';
import { sampleWaiting } from '../../workflow/allocations/measure-backlog.ts';
import { type Forecast, noteForecast } from '../../workflow/steering/forecast-note.ts';
import type { IdRange } from '../../workflow/records/list-candidates.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import type { CampaignTimes } from './campaign-times.ts';

export interface ForecastSource {
  workflow: Workflow;
  redis: OpenRedis['redis'];
  times: CampaignTimes;
  ids: readonly IdRange[] | null;
  log: Logger;
  /** Only one process of a campaign notes it. */
  isLeader?: () => boolean;
}

const everyMs = 60_000;

/** A database or a Redis that is away ends nothing: the next look comes. */
export function keepForecast(source: ForecastSource): { stop(): void } {
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking || source.isLeader?.() === false) return;
    isLooking = true;
    try {
      noteForecast(source.workflow, await forecast(source, new Date()));
    } catch (error) {
      source.log.debug({ err: messageOf(error) }, 'when the campaign ends was not looked at');
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** @returns null while nobody knows: too few results, no consumer, or records whose elements are not known */
export async function forecast(
  { workflow, redis, times, ids }: Omit<ForecastSource, 'log'>,
  now: Date,
): Promise<Forecast | null> {
  const model = times.model();
  if (!model.isKnown) return null;
  const { consumers } = await listConsumers(redis, workflow.campaignId, defaultLane, now);
  const present = consumers.filter(({ state }) => state === 'running');
  const slots = present.reduce((sum, one) => sum + slotsOf(one, model.law.usualCores), 0);
  if (slots === 0) return null;
  const queue = await countQueue(redis, workflow.campaignId);
  const inTable = countWaiting(workflow, ids);
  const running = present
    .flatMap(({ jobs }) => jobs)
    .map(({ jobId, startedAt }) => ({ id: parseJobId(jobId)?.recordId ?? 0, startedAt }));
  const said = times.predictAll(running.map(({ id }) => id));
  // The queue has the longest of them: the rest of the table is another group.
  const queued = listOpenAttempts(workflow)
    .map(({ recordId }) => recordId)
    .filter((id) => !running.some((one) => one.id === id));
  const ofTable = inTable === 0 ? [] : sampleWaiting(workflow, ids, inTable);
  const end = expectEnd(model, {
    waiting: [
      { count: inTable, sample: ofTable.flatMap((record) => times.predict(record) ?? []) },
      { count: queue.waiting + queue.delayed, sample: [...times.predictAll(queued).values()] },
    ],
    running: running.flatMap(({ id, startedAt }) => {
      const one = said.get(id);
      return one === undefined ? [] : [{ said: one, forSeconds: Math.max(0, secondsSince(startedAt, now)) }];
    }),
    slots,
  });
  if (end === null) return null;
  const at = (seconds: number): string => new Date(now.getTime() + 1000 * seconds).toISOString();
  return {
    notedAt: now.toISOString(),
    endAt: at(end.seconds),
    earlyAt: at(end.early),
    lateAt: at(end.late),
    slots,
    runs: model.completed,
    medianFactor: model.error.medianFactor,
    p90Factor: model.error.p90Factor,
  };
}

/** Jobs of the usual width that it has room for: a node that is packed announces how many of the smallest lane fit. */
function slotsOf({ slots, packing }: KnownConsumer, usualCores: number): number {
  if (packing === undefined) return slots;
  const cores = packing.caches.reduce((sum, cpus) => sum + cpus.length, 0);
  return Math.max(1, Math.floor(cores / usualCores));
}
