/** One round of allocations by demand: look, measure, decide, act. `oact serve` makes one per interval. */
import { listConsumers } from '../../infra/consumers/list-consumers.ts';
import { defaultLane } from '../../core/job/queue-names.ts';
import type { Logger } from '../../core/logger.ts';
import type { KnownConsumer } from '../../core/progress/consumer-registry.ts';
import { decideAllocations, type DemandDecision } from '../../packing/demand/decide-allocations.ts';
import { describeDecision } from '../../packing/demand/describe-decision.ts';
import type { ExpectedWork } from '../../packing/demand/expect-work.ts';
import { schedulerNames } from '../../scheduler/schedulers.ts';
import { type AllocationRow, listAllocations } from '../../workflow/allocations/allocations.ts';
import { changeEntry, type EntryRow, readEntry } from '../../workflow/allocations/entries.ts';
import { readPause } from '../../workflow/steering/pause.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { cancelRow } from './cancel-row.ts';
import type { EntryPlan } from './entry-plan.ts';
import { lookAtAllocations } from './look-at-allocations.ts';
import { type DemandSource, measureDemand } from './measure-demand.ts';
import { submitEntry } from './submit-entry.ts';

export interface RoundOptions extends DemandSource {
  entries: readonly EntryPlan[];
  log: Logger;
  now: Date;
}

/** What an entry does now, and why in two sentences. */
export interface ExplainedDecision extends DemandDecision {
  words: string;
  work: ExpectedWork;
}

/** Looks, decides and acts. @returns the decisions, before they were acted upon */
export async function runAllocationRound(options: RoundOptions): Promise<ExplainedDecision[]> {
  const { workflow, campaign, entries, log, now } = options;
  await look(options);
  const decisions: ExplainedDecision[] = [];
  // One after the other: what the first submits, the second counts.
  for (const plan of entries) {
    const decision = await decideEntry(plan, options);
    decisions.push(decision);
    const rows = listAllocations(workflow);
    for (const id of decision.cancel) {
      const row = rows.find((one) => one.id === id);
      if (row) await cancelRow(workflow, row, { now, log, why: 'the work is done without it' });
    }
    if (decision.submit) await submitEntry(plan, { workflow, campaignDir: campaign.dir, log, now });
  }
  return decisions;
}

/** What each entry would do now. Changes nothing, and asks no scheduler. */
export async function explainEntries(options: RoundOptions): Promise<ExplainedDecision[]> {
  const decisions: ExplainedDecision[] = [];
  for (const plan of options.entries) decisions.push(await decideEntry(plan, options));
  return decisions;
}

/** Brings the database up to date. */
export async function look({ workflow, campaign, redis, entries, log, now }: RoundOptions): Promise<void> {
  const consumers = redis === null ? null : await hearConsumers(redis, workflow, now);
  const rows = listAllocations(workflow);
  const names = schedulerNames.filter(
    (name) =>
      entries.some(({ scheduler }) => scheduler === name) || rows.some(({ scheduler }) => scheduler === name),
  );
  const announceWithin = new Map(entries.map(({ entry }) => [entry.name, entry.announceWithin]));
  const silent = await lookAtAllocations(names, {
    workflow,
    campaignDir: campaign.dir,
    consumers,
    announceWithin,
    log,
    now,
  });
  for (const [scheduler, reason] of silent) log.warn({ scheduler, reason }, 'the scheduler does not answer');
  noteSizes(workflow, entries);
}

async function hearConsumers(
  redis: NonNullable<RoundOptions['redis']>,
  workflow: Workflow,
  now: Date,
): Promise<KnownConsumer[] | null> {
  try {
    return (await listConsumers(redis, workflow.campaignId, defaultLane, now)).consumers;
  } catch {
    return null;
  }
}

/** How many slots a node has is remembered for the time when no allocation is open. */
function noteSizes(workflow: Workflow, entries: readonly EntryPlan[]): void {
  for (const { entry } of entries) {
    const known = listAllocations(workflow).findLast(
      (row) => row.entry === entry.name && (row.slots ?? 0) > 0,
    );
    const slots = known?.slots ?? 0;
    if (known === undefined || slots === 0) continue;
    const perNode = Math.max(1, Math.round(slots / known.nodes));
    if (readEntry(workflow, entry.name).slotsPerNode !== perNode)
      changeEntry(workflow, entry.name, { slotsPerNode: perNode });
  }
}

async function decideEntry(
  { bounds: settings }: EntryPlan,
  options: RoundOptions,
): Promise<ExplainedDecision> {
  const { workflow, now } = options;
  const work = await measureDemand(options);
  const row = readEntry(workflow, settings.name);
  const bounds = { ...settings, slotsPerNode: row.slotsPerNode ?? settings.slotsPerNode };
  const state = stateOf(row);
  const pause = readPause(workflow);
  // What is cancelled while it waits gets no nodes any more.
  const open = listAllocations(workflow)
    .filter((one) => one.cancelledAt === null || one.state === 'running')
    .map((one) => toOpen(one));
  const decision = decideAllocations(bounds, state, {
    now,
    work,
    open,
    campaignPaused: pause === null ? null : (pause.reason ?? 'no reason is given'),
  });
  return { ...decision, words: describeDecision(decision, bounds, state, work), work };
}

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));

const stateOf = (row: EntryRow): Parameters<typeof decideAllocations>[1] => ({
  paused: row.pausedAt === null ? null : (row.pausedReason ?? `since ${row.pausedAt}`),
  lastSubmittedAt: dateOf(row.submittedAt),
  retryAt: dateOf(row.retryAt),
  refusal: row.refusal,
});

function toOpen({
  id,
  entry,
  state,
  nodes,
  slots,
  endsAt,
  walltimeSeconds,
  cancelledAt,
}: AllocationRow): Parameters<typeof decideAllocations>[2]['open'][number] {
  return {
    id,
    entry,
    state: state === 'ended' ? 'running' : state,
    nodes,
    slots: cancelledAt === null ? slots : 0,
    endsAt: dateOf(endsAt),
    walltimeSeconds,
  };
}
