// Jobs of several lanes, each taken when the packer says that it may start, on the cores that the packer chose.
import { setTimeout as delay } from 'node:timers/promises';
import { createBackoff } from '../../core/backoff.ts';
import type { OutageLog } from '../../core/redis/outage-log.ts';
import type { FetchedJob, JobFetcher } from '../queue/fetch-jobs.ts';
import { type JobSource, withCores } from '../queue/job-source.ts';
import { type LaneClient, lookAtLanes, type WaitingLane } from './look-at-lanes.ts';
import type { PackedCores } from './packed-node.ts';

/** How often an idle consumer looks: soon after work, then less and less often. 1,000 idle nodes with three lanes ask 6,000 times per second. */
const looks = { firstMs: 100, longestMs: 2000 };

export interface PackedParts {
  campaignId: string;
  cores: PackedCores;
  /** One per lane, in the order of the settings. */
  fetchers: ReadonlyMap<string, JobFetcher>;
  client: () => Promise<LaneClient>;
  outage: OutageLog;
  draining: AbortSignal;
  newToken: () => string;
}

/** Looks first and takes then: a job that has no room here is never taken off the queue. */
export function createPackedSource(parts: PackedParts): JobSource {
  const { cores, fetchers, draining, outage, newToken } = parts;
  const lanes = [...fetchers.keys()];
  const backoff = createBackoff(looks);
  const closed = new AbortController();
  /** Aborted when cores become free, or no job may be taken any more. */
  let changed = new AbortController();
  const change = (): void => {
    changed.abort();
    changed = new AbortController();
    backoff.reset();
  };
  const look = async (): Promise<WaitingLane[]> => {
    const waiting = await lookAtLanes(await parts.client(), parts.campaignId, lanes);
    outage.answered('look');
    return waiting;
  };
  const drained = whenAborted(draining);
  /** With Redis away a question is never answered. */
  const orDrain = async <Answer>(asked: Promise<Answer>): Promise<Answer | undefined> => {
    asked.catch(() => undefined);
    return Promise.race([asked, drained]);
  };
  const takeOne = async (waiting: readonly WaitingLane[]) => {
    const start = cores.next(waiting);
    if (start === undefined) return undefined;
    const token = newToken();
    const fetched: FetchedJob | undefined = await fetchers.get(start.lane)?.fetch(token, false);
    if (fetched === undefined) return undefined;
    cores.take(start);
    return withCores(fetched, start.slot, token);
  };
  return {
    async whenRoom() {
      while (!closed.signal.aborted && !cores.hasRoom()) await whenAborted(changed.signal);
      return !closed.signal.aborted;
    },
    async take() {
      const room = changed.signal;
      try {
        const taken = await takeOne((await orDrain(look())) ?? []);
        if (taken) {
          backoff.reset();
          return taken;
        }
      } catch (error) {
        outage.failed(error, 'look');
      }
      await backoff.pause({ signal: AbortSignal.any([room, draining]) });
      return undefined;
    },
    reservedFor: () => cores.reservedFor(),
    giveBack(slot) {
      cores.giveBack(slot);
      change();
    },
    close() {
      closed.abort();
      change();
    },
  };
}

async function whenAborted(signal: AbortSignal): Promise<undefined> {
  await delay(2 ** 30, undefined, { signal, ref: false }).catch(() => undefined);
  return undefined;
}
