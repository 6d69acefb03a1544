import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { cancelRequestsKey } from '../../core/job/cancellation.ts';
import {
  announcementsKey,
  announceSeconds,
  drainRequestsKey,
  parseDrainRequest,
  renderAnnouncement,
} from '../../core/progress/consumer-registry.ts';
import type { Logger } from '../../core/logger.ts';
import { groupBy } from '../cores/cut-cores.ts';
import { countSmallest, type NodePacking } from '../lanes/plan-packing.ts';
import type { Slot } from '../cores/cut-slots.ts';
import type { HeldJob, InterruptReason } from './held-job.ts';
import type { NodeSetup } from '../run/run-job.ts';
import type { Walltime } from '../../scheduler/walltime.ts';

/** The commands that are needed of the worker's connection. */
interface RegistryClient {
  hset(key: string, fields: Record<string, string>): Promise<unknown>;
  hget(key: string, field: string): Promise<string | null>;
  hmget(key: string, ...fields: string[]): Promise<(string | null)[]>;
}

export interface AnnounceOptions {
  client: () => Promise<RegistryClient>;
  campaignId: string;
  lane: string;
  setup: Pick<NodeSetup, 'node' | 'allocationId'>;
  slots: readonly Slot[];
  packing?: NodePacking | null;
  /** For which lane cores are kept free now. */
  reservedFor?: () => string | null;
  walltime: Pick<Walltime, 'endsAt'>;
  /** What follows is looked at anew at each announcement. */
  held: ReadonlySet<HeldJob>;
  report: () => { reason: string; why: string | null };
  draining: AbortSignal;
  /** @param why what is wrong with the node, if that is why it must drain */
  onDrainRequest: (why: string | null) => void;
  log: Logger;
  /** Shorter in tests. */
  announceMs?: number;
}

export interface Announcer {
  /** Says at once what has changed. */
  announce(): void;
  /** Says that the consumer has ended. Does not wait for a Redis that is away. */
  end(): Promise<void>;
}

/** The last words: with Redis there they take milliseconds. */
const farewellMs = 2000;

/**
 * Tells everybody, now and then and at each change, what this consumer does, and hears in the same round trip whether it
 * was asked to drain, and which of its jobs are to be cancelled. At most one announcement is under way: with Redis away they would pile up.
 * Nothing of the consumer waits for it or fails by it.
 */
export function announceConsumer(options: AnnounceOptions): Announcer {
  const { setup, campaignId, lane, draining, log } = options;
  const id = `${setup.node}:${setup.allocationId ?? process.pid}:${randomBytes(4).toString('hex')}`;
  const startedAt = new Date().toISOString();
  let hasEnded = false;
  let isStale = false;
  let hasFailed = false;
  let underWay: Promise<void> | undefined;

  const render = (): string => {
    const { reason, why } = options.report();
    const isDraining = draining.aborted || hasEnded;
    const jobs = [...options.held].map(({ job, slot, run, progress }) => ({
      jobId: job.id ?? '',
      formula: run?.formula ?? null,
      slot: slot.slot,
      ...(slot.lane !== undefined && { lane: slot.lane, cpus: slot.cores }),
      startedAt: new Date(job.processedOn ?? Date.now()).toISOString(),
      progress: progress ?? null,
    }));
    return renderAnnouncement({
      node: setup.node,
      allocationId: setup.allocationId,
      pid: process.pid,
      slots: options.packing ? countSmallest(options.packing) : options.slots.length,
      busy: new Set(jobs.map(({ slot }) => slot)).size,
      state: hasEnded ? 'ended' : isDraining ? 'draining' : 'running',
      reason: isDraining ? reason : null,
      why,
      startedAt,
      seenAt: new Date().toISOString(),
      endsAt: options.walltime.endsAt()?.toISOString() ?? null,
      ...(options.packing && { packing: describePacking(options.packing, options.reservedFor?.() ?? null) }),
      jobs,
    });
  };
  const say = async (): Promise<void> => {
    isStale = false;
    const client = await options.client();
    const held = [...options.held];
    const [, request, cancelled] = await Promise.all([
      client.hset(announcementsKey(campaignId, lane), { [id]: render() }),
      client.hget(drainRequestsKey(campaignId, lane), id),
      held.length === 0
        ? []
        : client.hmget(cancelRequestsKey(campaignId, lane), ...held.map(({ job }) => job.id ?? '')),
    ]);
    for (const [index, job] of held.entries()) cancel(job, cancelled[index] ?? null);
    if (request === null || draining.aborted) return;
    const { requestedAt, why } = parseDrainRequest(request);
    log.warn({ requestedAt, ...(why !== null && { why }) }, 'this consumer was asked to drain');
    options.onDrainRequest(why);
  };
  /** What is stopped for another reason by now is handed back, and cancelled where it waits. */
  const cancel = (job: HeldJob, reason: string | null): void => {
    if (reason === null || job.stop.signal.aborted) return;
    log.warn({ jobId: job.job.id, reason }, 'this job was cancelled');
    job.cancelReason = reason;
    job.stop.abort('cancelled' satisfies InterruptReason);
  };
  const failed = (error: unknown): void => {
    if (!hasFailed && !hasEnded) log.warn({ err: error }, 'could not announce this consumer');
    hasFailed = true;
  };
  const announce = (): void => {
    isStale = true;
    underWay ??= say()
      .catch(failed)
      .finally(() => {
        underWay = undefined;
        if (isStale) announce();
      });
  };
  const allSaid = (): Promise<void> => underWay?.then(allSaid) ?? Promise.resolve();

  // Consumers that started in the same second drift apart.
  const everyMs = (options.announceMs ?? announceSeconds * 1000) * (0.9 + 0.2 * Math.random());
  const timer = setInterval(announce, everyMs);
  timer.unref();
  draining.addEventListener('abort', announce, { once: true });
  announce();
  return {
    announce,
    async end() {
      clearInterval(timer);
      hasEnded = true;
      announce();
      await Promise.race([allSaid(), delay(farewellMs, undefined, { ref: false })]);
    },
  };
}

function describePacking({ node, lanes }: NodePacking, reservedFor: string | null) {
  const cores = node.cores.toSorted((a, b) => a.numaNode - b.numaNode || a.cpu - b.cpu);
  const caches = groupBy(
    cores.map((core) => ({ ...core, threads: [core.cpu] })),
    'l3',
  );
  return {
    lanes: lanes.map(({ lane }) => lane),
    caches: caches.map((cache) => cache.map(({ cpu }) => cpu)),
    reservedFor,
  };
}
