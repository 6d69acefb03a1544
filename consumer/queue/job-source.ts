// Where a consumer gets its next job and the cores for it: from one lane into fixed slots, or from several lanes into what is free.
import { randomUUID } from 'node:crypto';
import type { Slot } from '../cores/cut-slots.ts';
import type { FetchedJob, JobFetcher } from './fetch-jobs.ts';
import type { HeldJob } from './held-job.ts';
import { createFreeSlots } from './free-slots.ts';

/** A job with its lock and its cores. */
export interface TakenJob {
  job: HeldJob['job'];
  slot: Slot;
  token: string;
  lockedAtMs: number;
}

export interface JobSource {
  /** Waits for room. @returns false when no job may be taken any more */
  whenRoom(): Promise<boolean>;
  /** The next job, after `whenRoom`; undefined when there was none for a while. */
  take(): Promise<TakenJob | undefined>;
  giveBack(slot: Slot): void;
  /** The lane for which cores are kept free; null: none. */
  reservedFor(): string | null;
  /** No room is handed out any more. */
  close(): void;
}

/** The lock's owner, unique per fetch. */
export function createTokens(setup: { node: string; allocationId: string | null }): () => string {
  return () => `${setup.node}:${setup.allocationId ?? process.pid}:${randomUUID()}`;
}

export function withCores({ job, lockedAtMs }: FetchedJob, slot: Slot, token: string): TakenJob {
  return { job, slot, token, lockedAtMs };
}

/** One lane, and slots of one size. */
export function createSlotSource(
  slots: readonly Slot[],
  fetcher: JobFetcher,
  newToken: () => string,
): JobSource {
  const free = createFreeSlots(slots);
  let slot: Slot | undefined;
  return {
    async whenRoom() {
      slot ??= await free.take();
      return slot !== undefined;
    },
    async take() {
      const taken = slot;
      if (taken === undefined) return undefined;
      slot = undefined;
      const token = newToken();
      const fetched = await fetcher.fetch(token);
      if (fetched) return withCores(fetched, taken, token);
      free.giveBack(taken);
      return undefined;
    },
    reservedFor: () => null,
    giveBack: (returned) => free.giveBack(returned),
    close: () => free.close(),
  };
}
