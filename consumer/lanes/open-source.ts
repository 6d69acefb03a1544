// Which way a consumer gets its jobs: one lane into slots, or several lanes into what is free.
import { queueNameOf } from '../../core/job/queue-names.ts';
import type { ConsumerOptions } from '../consumer-options.ts';
import { createFetcher, type FetchParts } from '../queue/fetch-jobs.ts';
import { createSlotSource, createTokens, type JobSource } from '../queue/job-source.ts';
import type { openWorker } from '../queue/open-worker.ts';
import type { LaneClient } from './look-at-lanes.ts';
import { createPackedCores } from './packed-node.ts';
import { createPackedSource } from './packed-source.ts';

type LaneWorker = ReturnType<typeof openWorker>['worker'];

/** Fixed slots of one lane, or lanes that share the node. */
export function openSource(
  { slots, packing, patienceSeconds, setup, campaignId }: ConsumerOptions,
  workers: readonly [LaneWorker, ...LaneWorker[]],
  parts: FetchParts,
): JobSource {
  const newToken = createTokens(setup);
  const [first] = workers;
  if (!packing) return createSlotSource(slots, createFetcher(first, parts), newToken);
  const isServed = (name: string): boolean => packing.lanes.some(({ lane }) => queueNameOf(lane) === name);
  const ofLanes = workers.filter(({ name }) => isServed(name));
  const fetchers = new Map(ofLanes.map((worker) => [worker.name, createFetcher(worker, parts)]));
  const client = (): Promise<LaneClient> => first.getBackend().client;
  const cores = createPackedCores(packing, patienceSeconds);
  return createPackedSource({ ...parts, campaignId, cores, fetchers, client, newToken });
}
