/** Allocations by demand: whether one more is submitted, and which of those that wait are not needed any more. */
import type { ExpectedWork } from './expect-work.ts';

/** The bounds of one entry of `allocations:`. Times in seconds. */
export interface EntryBounds {
  name: string;
  maxNodes: number;
  nodesPerAllocation: number;
  maxPending: number;
  walltimeSeconds: number;
  minWorkPerNodeSeconds: number;
  /** All work should be done within this time. */
  withinSeconds: number;
  intervalSeconds: number;
  /** Slots of one node as consumers of this entry announced them, or as the site says; null: not known yet. */
  slotsPerNode: number | null;
}

/** An allocation of this campaign that has not ended, of whatever entry, or submitted by hand. */
export interface OpenAllocation {
  id: number;
  /** null: submitted by hand. */
  entry: string | null;
  state: 'submitting' | 'pending' | 'running';
  nodes: number;
  /** Of all its nodes; null: no consumer of it has announced itself. */
  slots: number | null;
  endsAt: Date | null;
  walltimeSeconds: number | null;
}

/** What stands between an entry and its next submission. */
export interface EntryState {
  /** Why a user or oact paused it; null: it is not paused. */
  paused: string | null;
  lastSubmittedAt: Date | null;
  /** After a refusal; null: at once. */
  retryAt: Date | null;
  /** The scheduler's words at the last refusal. */
  refusal: string | null;
}

export interface DemandView {
  now: Date;
  work: ExpectedWork;
  open: readonly OpenAllocation[];
  /** Why no job is given out; null: the campaign is not paused. */
  campaignPaused: string | null;
}

/** Why an entry submits or does not; each has its sentence in `describe-decision.ts`. */
export type DemandReason =
  | 'needed'
  | 'first'
  | 'no_work'
  | 'enough'
  | 'too_little'
  | 'max_nodes'
  | 'max_pending'
  | 'interval'
  | 'backing_off'
  | 'unknown_size'
  | 'paused'
  | 'campaign_paused';

export interface DemandDecision {
  entry: string;
  submit: boolean;
  reason: DemandReason;
  /** Ids of allocations that wait and are not needed any more. */
  cancel: number[];
  /** Slot-seconds that running and pending allocations do within the time. */
  supply: number;
  /** Nodes of this entry that are running or pending. */
  nodes: number;
  pending: number;
}

/** Pure, and deterministic: the same view gives the same decision. */
export function decideAllocations(bounds: EntryBounds, state: EntryState, view: DemandView): DemandDecision {
  const mine = view.open.filter(({ entry }) => entry === bounds.name);
  const pending = mine.filter((one) => one.state !== 'running');
  const supplies = new Map(view.open.map((one) => [one.id, supplyOf(one, bounds, view.now)]));
  const supply = [...supplies.values()].reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const nodes = mine.reduce((sum, one) => sum + one.nodes, 0);
  const seen = {
    supply,
    nodes,
    pending: pending.length,
    isSizeUnknown: [...supplies.values()].includes(null),
  };
  const reason = reasonOf(bounds, state, view, seen);
  const submit = reason === 'needed' || reason === 'first';
  return {
    entry: bounds.name,
    submit,
    reason,
    cancel: submit ? [] : listNeedless(pending, supplies, supply, view),
    supply,
    nodes,
    pending: pending.length,
  };
}

/** Slot-seconds that it does before it ends, and within the time; null: nobody knows how many slots it has. */
function supplyOf(
  { state, slots, nodes, endsAt, walltimeSeconds }: OpenAllocation,
  bounds: EntryBounds,
  now: Date,
): number | null {
  const known = slots ?? (bounds.slotsPerNode === null ? null : bounds.slotsPerNode * nodes);
  const left =
    state === 'running' && endsAt !== null
      ? Math.max(0, (endsAt.getTime() - now.getTime()) / 1000)
      : (walltimeSeconds ?? bounds.walltimeSeconds);
  if (left === 0) return 0;
  return known === null ? null : known * Math.min(left, bounds.withinSeconds);
}

function reasonOf(
  bounds: EntryBounds,
  { paused, lastSubmittedAt, retryAt }: EntryState,
  { now, work, open, campaignPaused }: DemandView,
  seen: { supply: number; nodes: number; pending: number; isSizeUnknown: boolean },
): DemandReason {
  if (paused !== null) return 'paused';
  if (campaignPaused !== null) return 'campaign_paused';
  if (work.waiting === 0) return 'no_work';
  if (open.length > 0) {
    // Before one of them has said how large its node is, nobody knows what it will do.
    if (seen.isSizeUnknown) return seen.pending >= bounds.maxPending ? 'max_pending' : 'unknown_size';
    const missing = work.slotSeconds - seen.supply;
    if (missing <= 0) return 'enough';
    const slots = (bounds.slotsPerNode ?? 1) * bounds.nodesPerAllocation;
    if (missing < bounds.minWorkPerNodeSeconds * slots) return 'too_little';
  }
  if (seen.nodes + bounds.nodesPerAllocation > bounds.maxNodes) return 'max_nodes';
  if (seen.pending >= bounds.maxPending) return 'max_pending';
  if (retryAt !== null && retryAt > now) return 'backing_off';
  const since = lastSubmittedAt === null ? Infinity : (now.getTime() - lastSubmittedAt.getTime()) / 1000;
  if (since < bounds.intervalSeconds) return 'interval';
  return open.length === 0 ? 'first' : 'needed';
}

/** From the newest on, those whose share of the work the others do as well. What is being submitted is left alone. */
function listNeedless(
  pending: readonly OpenAllocation[],
  supplies: ReadonlyMap<number, number | null>,
  supply: number,
  { work, campaignPaused }: DemandView,
): number[] {
  const cancel: number[] = [];
  let left = supply;
  for (const { id, state } of pending.toSorted((a, b) => b.id - a.id)) {
    if (state !== 'pending') continue;
    const without = left - (supplies.get(id) ?? 0);
    const isNeedless =
      work.waiting === 0 || (campaignPaused === null && without >= work.slotSeconds && without > 0);
    if (!isNeedless) continue;
    cancel.push(id);
    left = without;
  }
  return cancel;
}
