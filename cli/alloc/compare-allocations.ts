/** What the scheduler and the consumers say of allocations, against what the database knows. Pure. */
import type { KnownConsumer } from '../../core/progress/consumer-registry.ts';
import type { SeenAllocation } from '../../scheduler/allocations/seen-allocation.ts';
import type { AllocationChange, AllocationRow } from '../../workflow/allocations/allocations.ts';

/** The job name of what oact submits: a crash before the scheduler's id is written down loses nothing. */
export const jobNameOf = (campaignId: string, id: number): string => `oact-${campaignId}-${id}`;

/** As the shipped scripts call themselves. */
const nameByHand = 'oact-consumer';
/** A submission whose process died leaves no allocation that appears later than this. */
const submitSeconds = 180;
/** A controller may show a submission, or the end of one, a moment late. */
const lateSeconds = 30;

export interface AllocationNews {
  changes: Map<number, AllocationChange>;
  /** Of this campaign, and unknown to the database: submitted by hand. */
  byHand: SeenAllocation[];
  /** Not shown any more: how they ended must be asked. */
  missing: AllocationRow[];
}

/** @param consumers null: Redis does not answer, so nothing is known of them */
export function compareAllocations(
  rows: readonly AllocationRow[],
  seen: readonly SeenAllocation[],
  consumers: readonly KnownConsumer[] | null,
  { campaignId, directory, now }: { campaignId: string; directory: string; now: Date },
): AllocationNews {
  const news: AllocationNews = { changes: new Map(), byHand: [], missing: [] };
  const byId = new Map(seen.map((one) => [one.allocationId, one]));
  const byName = new Map(seen.map((one) => [one.name, one]));
  for (const row of rows) {
    const found =
      row.allocationId === null ? byName.get(jobNameOf(campaignId, row.id)) : byId.get(row.allocationId);
    const heard = hear(row.allocationId ?? found?.allocationId, consumers, now);
    const age = (now.getTime() - Date.parse(row.submittedAt)) / 1000;
    if (found) news.changes.set(row.id, keepNew(row, { ...readSeen(found, now), ...heard(row) }));
    else if (row.allocationId !== null) {
      const change = keepNew(row, heard(row));
      if (Object.keys(change).length > 0) news.changes.set(row.id, change);
      if (age > lateSeconds) news.missing.push(row);
    } else if (age > submitSeconds)
      news.changes.set(row.id, {
        state: 'ended',
        endedAt: now.toISOString(),
        verdict: 'never submitted',
        words: 'the scheduler shows no allocation of this name',
      });
  }
  const known = new Set(rows.map(({ allocationId }) => allocationId));
  const heardOf = new Set(consumers?.map(({ allocationId }) => allocationId) ?? []);
  news.byHand = seen.filter(
    ({ allocationId, state, name, directory: from }) =>
      state !== 'ended' &&
      !known.has(allocationId) &&
      (heardOf.has(allocationId) || (name === nameByHand && from === directory)),
  );
  for (const [id, change] of news.changes) if (Object.keys(change).length === 0) news.changes.delete(id);
  return news;
}

/** @param found as the scheduler shows it */
export function readSeen(found: SeenAllocation, now: Date): AllocationChange {
  const { allocationId, state, nodes, startsAt, endsAt, words } = found;
  const start = startsAt?.toISOString() ?? null;
  return {
    allocationId,
    state,
    ...(nodes !== null && { nodes }),
    ...(state === 'pending' ? { startEstimate: start } : start !== null && { startedAt: start }),
    ...(endsAt !== null && state !== 'pending' && { endsAt: endsAt.toISOString() }),
    ...(state === 'ended' && { endedAt: (endsAt ?? now).toISOString() }),
    words,
  };
}

/** What consumers of an allocation have said of themselves. */
function hear(
  allocationId: string | undefined,
  consumers: readonly KnownConsumer[] | null,
  now: Date,
): (row: AllocationRow) => AllocationChange {
  const own =
    consumers?.filter((one) => allocationId !== undefined && one.allocationId === allocationId) ?? [];
  if (own.length === 0) return () => ({});
  const slots = own.reduce((sum, one) => sum + one.slots, 0);
  return ({ announcedAt, slots: before }) => ({
    announcedAt: announcedAt ?? now.toISOString(),
    // One that started anew on the same node is listed twice for a while.
    slots: Math.max(before ?? 0, slots),
  });
}

function keepNew(row: AllocationRow, change: AllocationChange): AllocationChange {
  const before = new Map<string, unknown>(Object.entries(row));
  return Object.fromEntries(Object.entries(change).filter(([name, value]) => before.get(name) !== value));
}
