import { z } from 'zod';
import { jobProgressSchema } from './job-progress.ts';
import { payloadVersion } from '../job/payload.ts';
import { queueNameOf, queuePrefix } from '../job/queue-names.ts';

/** Changing a field below? Raise this: readers leave out what has another version, and say how many. */
const announcementVersion = 2;

const announcementSchema = z.strictObject({
  v: z.literal(announcementVersion),
  node: z.string().min(1),
  allocationId: z.string().nullable(),
  pid: z.int().positive(),
  /** The newest payload that it reads; an oact that did not say it reads 1. */
  reads: z.int().positive().default(1),
  slots: z.int().nonnegative(),
  /** Slots that run a job. */
  busy: z.int().nonnegative(),
  state: z.enum(['running', 'draining', 'ended']),
  /** Why it drains or has ended: `drained`, `idle`, `walltime`, `faulty`, `no_redis`, `done`; null while it takes jobs. */
  reason: z.string().nullable(),
  /** What is wrong with its node, in words; null: nothing. */
  why: z.string().nullable(),
  startedAt: z.iso.datetime(),
  /** When it said so, by the clock of its node. */
  seenAt: z.iso.datetime(),
  /** The end of its walltime, if it knows it. */
  endsAt: z.iso.datetime().nullable(),
  /** Of a node whose cores are cut as jobs of several lanes come; left out where it has fixed slots of one lane. */
  packing: z
    .strictObject({
      lanes: z.array(z.string()),
      /** CPU numbers by L3 cache. */
      caches: z.array(z.array(z.int().nonnegative())),
      /** The lane for whose next job cores are kept free. */
      reservedFor: z.string().nullable(),
    })
    .optional(),
  jobs: z.array(
    z.strictObject({
      jobId: z.string(),
      /** With `packing`. */
      lane: z.string().optional(),
      cpus: z.array(z.int().nonnegative()).optional(),
      /** null: ORCA does not run, not yet or not any more. */
      formula: z.string().nullable(),
      slot: z.int().nonnegative(),
      startedAt: z.iso.datetime(),
      /** null: it was not looked at yet. */
      progress: jobProgressSchema.nullable(),
    }),
  ),
});

/** What a consumer says of itself. */
export type Announcement = z.infer<typeof announcementSchema>;

/** A consumer as others see it. */
export interface KnownConsumer extends Omit<Announcement, 'v' | 'state'> {
  /** `<node>:<allocation or process id>:<8 hex digits>`. */
  id: string;
  /** `silent`: it has not said that it ended, and has said nothing for a while. */
  state: Announcement['state'] | 'silent';
  /** When somebody asked it to drain; null: nobody did. */
  drainRequestedAt: string | null;
}

/** What everybody can know of the consumers of a lane. */
export interface ConsumerList {
  consumers: KnownConsumer[];
  /** Entries of another version of oact. */
  unreadable: number;
}

/** How often a consumer says that it is there; a request to drain is heard as often. 10,000 of them write 1,000 times per second. */
export const announceSeconds = 10;
/** Five announcements in a row must be missing: a busy Redis or a short outage is no reason for alarm. */
export const silentSeconds = 60;
/** A consumer that ended or vanished is listed for a day: over night, somebody may want to know why. */
export const rememberSeconds = 86_400;

/** The hash in Redis with an announcement per consumer id. */
export function announcementsKey(campaignId: string, lane: string): string {
  return `${queuePrefix(campaignId)}:${queueNameOf(lane)}:consumers`;
}

/** The hash in Redis with each request to drain, by consumer id: its time, and after a space what is wrong with the node, if anything is. */
export function drainRequestsKey(campaignId: string, lane: string): string {
  return `${queuePrefix(campaignId)}:${queueNameOf(lane)}:drain-requests`;
}

export function renderDrainRequest({ now, why }: { now: Date; why?: string }): string {
  return why === undefined ? now.toISOString() : `${now.toISOString()} ${why}`;
}

export function parseDrainRequest(text: string): { requestedAt: string; why: string | null } {
  const space = text.indexOf(' ');
  if (space === -1) return { requestedAt: text, why: null };
  return { requestedAt: text.slice(0, space), why: text.slice(space + 1) || null };
}

export function renderAnnouncement(
  announcement: Omit<z.input<typeof announcementSchema>, 'v' | 'reads'>,
): string {
  // What only nodes with lanes have is left out elsewhere: an older oact reads no unknown field.
  return JSON.stringify({
    v: announcementVersion,
    reads: payloadVersion,
    ...announcement,
  } satisfies z.input<typeof announcementSchema>);
}

/**
 * Both hashes as Redis has them → the consumers, by node and start.
 * @param now decides who is silent. Clocks of nodes may be seconds off, which the limit allows for
 */
export function readRegistry(
  announcements: Record<string, string>,
  requests: Record<string, string>,
  now: Date,
): ConsumerList {
  const consumers: KnownConsumer[] = [];
  let unreadable = 0;
  for (const [id, text] of Object.entries(announcements)) {
    const announcement = parseAnnouncement(text);
    if (!announcement) {
      unreadable += 1;
      continue;
    }
    const { v: _, ...said } = announcement;
    const isSilent = said.state !== 'ended' && secondsSince(said.seenAt, now) > silentSeconds;
    const state = isSilent ? 'silent' : said.state;
    const request = requests[id] === undefined ? null : parseDrainRequest(requests[id]);
    const why = said.why ?? request?.why ?? null;
    consumers.push({ ...said, why, id, state, drainRequestedAt: request?.requestedAt ?? null });
  }
  const order = ({ node, startedAt }: KnownConsumer): string => `${node} ${startedAt}`;
  return {
    consumers: consumers.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)),
    unreadable,
  };
}

/** Ids of the consumers that ended or vanished so long ago that nobody asks for them any more. */
export function listForgotten(consumers: readonly KnownConsumer[], now: Date): string[] {
  return consumers
    .filter(({ state }) => state === 'ended' || state === 'silent')
    .filter(({ seenAt }) => secondsSince(seenAt, now) > rememberSeconds)
    .map(({ id }) => id);
}

export function secondsSince(time: string, now: Date): number {
  return (now.getTime() - Date.parse(time)) / 1000;
}

function parseAnnouncement(text: string): Announcement | undefined {
  try {
    return announcementSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
