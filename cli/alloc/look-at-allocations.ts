/** Brings the database's allocations up to date with what schedulers and consumers say. */
import { realpathSync } from 'node:fs';
import type { Logger } from '../../core/logger.ts';
import type { KnownConsumer } from '../../core/progress/consumer-registry.ts';
import { messageOf } from '../../core/errors.ts';
import { deathsThatPause, judgeAllocation } from '../../packing/demand/judge-allocation.ts';
import { askHowItEnded, listOwnAllocations } from '../../scheduler/allocations/ask-allocations.ts';
import type { SeenAllocation } from '../../scheduler/allocations/seen-allocation.ts';
import { type SchedulerName, schedulers } from '../../scheduler/schedulers.ts';
import {
  adoptAllocation,
  type AllocationChange,
  type AllocationRow,
  changeAllocations,
  listAllocations,
  sumAllocation,
} from '../../workflow/allocations/allocations.ts';
import { changeEntry, readEntry } from '../../workflow/allocations/entries.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { compareAllocations, readSeen } from './compare-allocations.ts';
import { cancelRow } from './cancel-row.ts';

export interface LookOptions {
  workflow: Workflow;
  campaignDir: string;
  /** null: Redis does not answer. */
  consumers: readonly KnownConsumer[] | null;
  /** By entry; for others, ten minutes. */
  announceWithin: ReadonlyMap<string, number>;
  log: Logger;
  now: Date;
}

const usualAnnounceSeconds = 600;

/** @returns schedulers that do not answer, with the reason: their allocations stay as they were */
export async function lookAtAllocations(
  names: readonly SchedulerName[],
  options: LookOptions,
): Promise<Map<SchedulerName, string>> {
  const silent = new Map<SchedulerName, string>();
  const directory = realpathSync(options.campaignDir);
  for (const name of names) {
    let seen: SeenAllocation[];
    try {
      seen = await listOwnAllocations(schedulers[name]);
    } catch (error) {
      silent.set(name, messageOf(error));
      continue;
    }
    await compareOne(name, seen, { ...options, directory });
  }
  await judgeOpen(options);
  return silent;
}

async function compareOne(
  name: SchedulerName,
  seen: readonly SeenAllocation[],
  { workflow, directory, consumers, now, log }: LookOptions & { directory: string },
): Promise<void> {
  const rows = listAllocations(workflow).filter(({ scheduler }) => scheduler === name);
  const { campaignId } = workflow;
  const news = compareAllocations(rows, seen, consumers, { campaignId, directory, now });
  for (const row of news.missing)
    news.changes.set(row.id, { ...news.changes.get(row.id), ...(await askEnd(name, row, now)) });
  // The end is written last, when all that judges it is known.
  const { kept, ends } = splitEnds(news.changes);
  changeAllocations(workflow, kept);
  judgeEnds(rows, ends, { workflow, consumers, now, log });
  for (const one of news.byHand) {
    const id = adoptAllocation(workflow, {
      scheduler: name,
      allocationId: one.allocationId,
      nodes: one.nodes ?? 1,
      submittedAt: (one.submittedAt ?? now).toISOString(),
    });
    if (id === null) continue;
    changeAllocations(workflow, new Map([[id, readSeen(one, now)]]));
    log.info(
      { allocation: one.allocationId, nodes: one.nodes },
      'found an allocation that was submitted by hand',
    );
  }
}

async function askEnd(name: SchedulerName, row: AllocationRow, now: Date): Promise<AllocationChange> {
  const said = row.allocationId === null ? null : await askHowItEnded(schedulers[name], row.allocationId);
  if (said) return readSeen(said, now);
  return { state: 'ended', endedAt: now.toISOString(), words: 'the scheduler does not show it any more' };
}

function splitEnds(changes: ReadonlyMap<number, AllocationChange>): {
  kept: Map<number, AllocationChange>;
  ends: Map<number, AllocationChange>;
} {
  const entries = [...changes];
  return {
    kept: new Map(entries.filter(([, change]) => change.state !== 'ended')),
    ends: new Map(entries.filter(([, change]) => change.state === 'ended')),
  };
}

type Judging = Pick<LookOptions, 'workflow' | 'consumers' | 'now' | 'log'>;

/** What an end means for the next submission of its entry. */
function judgeEnds(
  rows: readonly AllocationRow[],
  ends: ReadonlyMap<number, AllocationChange>,
  { workflow, consumers, now, log }: Judging,
): void {
  for (const row of rows) {
    const change = ends.get(row.id);
    if (!change) continue;
    const after = { ...row, ...change };
    const verdict = judgeAllocation(lifeOf(workflow, after, consumers), Infinity, now);
    const words = change.verdict ?? row.verdict ?? ('why' in verdict ? verdict.why : null);
    changeAllocations(workflow, new Map([[row.id, { ...change, verdict: words }]]));
    log.info(
      { allocation: after.allocationId, entry: row.entry, words: after.words, verdict: words },
      'allocation ended',
    );
    if (row.entry === null) continue;
    if (verdict.kind === 'dead') noteDeath({ workflow, log }, row.entry, verdict.why, now);
    else if (after.announcedAt !== null) changeEntry(workflow, row.entry, { deaths: 0 });
  }
}

/** Those that run, and whose consumers nobody has heard of for too long, are cancelled: their nodes do nothing. */
async function judgeOpen({ workflow, consumers, now, log, announceWithin }: LookOptions): Promise<void> {
  if (consumers === null) return;
  for (const row of listAllocations(workflow)) {
    if (row.entry === null || row.state !== 'running' || row.cancelledAt !== null) continue;
    const limit = announceWithin.get(row.entry) ?? usualAnnounceSeconds;
    const verdict = judgeAllocation(lifeOf(workflow, row, consumers), limit, now);
    if (verdict.kind !== 'silent') continue;
    changeAllocations(workflow, new Map([[row.id, { verdict: verdict.why }]]));
    await cancelRow(workflow, row, { now, log, why: verdict.why });
    noteDeath({ workflow, log }, row.entry, verdict.why, now);
  }
}

function lifeOf(
  workflow: Workflow,
  row: AllocationRow,
  consumers: readonly KnownConsumer[] | null,
): Parameters<typeof judgeAllocation>[0] {
  const own = consumers?.filter(
    ({ allocationId }) => row.allocationId !== null && allocationId === row.allocationId,
  );
  return {
    state: row.state === 'submitting' ? 'pending' : row.state,
    // Without Redis nobody knows whether a consumer announced itself: nothing is held against it.
    isCancelled: row.cancelledAt !== null || consumers === null,
    startedAt: row.startedAt === null ? null : new Date(row.startedAt),
    hasAnnounced: row.announcedAt !== null || (own?.length ?? 0) > 0,
    consumers: own ?? [],
    attempts: sumAllocation(workflow, row).attempts,
    words: row.words,
  };
}

function noteDeath(
  { workflow, log }: Pick<LookOptions, 'workflow' | 'log'>,
  entry: string,
  why: string,
  now: Date,
): void {
  const deaths = readEntry(workflow, entry).deaths + 1;
  const isOver = deaths >= deathsThatPause;
  changeEntry(workflow, entry, {
    deaths: isOver ? 0 : deaths,
    ...(isOver && {
      pausedAt: now.toISOString(),
      pausedBy: 'oact' as const,
      pausedReason: `${deaths} allocations in a row were of no use; the last one: ${why}`,
    }),
  });
  log.warn(
    { entry, deaths, why },
    isOver ? 'no more allocations are submitted' : 'an allocation was of no use',
  );
}
