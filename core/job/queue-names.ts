import { OactError } from '../errors.ts';

/** The lane that exists before any is configured. */
export const defaultLane = 'default';

/**
 * The key prefix of everything a campaign keeps in Redis. The braces are a hash tag: all keys of a
 * campaign fall into one slot of a cluster, which BullMQ's scripts need.
 * @param campaignId letters, digits, `-` and `_` only, because it also becomes part of ACL patterns
 * @throws OactError CONFIG_INVALID
 */
export function queuePrefix(campaignId: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(campaignId)) return `{oact-${campaignId}}`;
  throw new OactError('CONFIG_INVALID', `'${campaignId}' cannot be a campaign id`, {
    hint: 'Use the campaign id that oact init wrote to oact.yaml.',
  });
}

/** A lane's queue has the lane's name: Bull Board shows it as it is. */
export function queueNameOf(lane: string): string {
  return lane;
}

/** Settled jobs lie in a queue of their own, in which Bull Board finds them and nobody else looks. No lane has a `~` in its name. */
export function settledQueueOf(lane: string): string {
  return `${queueNameOf(lane)}~settled`;
}

/** Settled jobs that Bull Board still shows, of each of its two tabs. */
export const defaultKeptSettled = 1000;

/**
 * Options of every job. `attempts: 1`, because retries are decided in the database, where the reason is;
 * finished jobs stay until the reconciler has settled and removed them.
 */
export const defaultJobOptions = { attempts: 1, removeOnComplete: false, removeOnFail: false } as const;

/**
 * How long a lock lives without renewal: the longest Redis or network outage that running jobs survive.
 * Longer, and the jobs of a dead node wait longer; shorter, and an outage starts them a second time.
 */
export const lockSeconds = 900;

/** Fifteen chances to renew within one lock; 10,000 running jobs cost 170 renewals per second. */
export const renewSeconds = 60;

/**
 * After a Redis that came back empty, its jobs are added again only after this time: consumers come back within 25 s, fail to
 * renew their locks within 60 s, and stop ORCA within 12 s.
 */
export const noticeSeconds = 120;

/** The stall check runs on the login node only; one tick over 10,000 active jobs takes up to 30 ms. */
export const stalledIntervalSeconds = 60;

/**
 * How long an idle consumer blocks in one fetch. It adds no latency, since a new job ends the wait at once;
 * 10,000 idle consumers ask 670 times per second at 30 s, 4,000 times at BullMQ's default of 5 s.
 */
export const drainDelaySeconds = 30;

/** Never BullMQ's own limit: it would fail a job behind the database's back. Lost runs are capped by `--crash-limit`, where the job is fetched. */
export const maxStalledCount = 1_000_000_000;
