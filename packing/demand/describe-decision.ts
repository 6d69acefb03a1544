/** Two sentences: how much work waits, and why an allocation is or is not submitted now. */
import { formatDuration } from '../../core/config/duration.ts';
import type { DemandDecision, DemandReason, EntryBounds, EntryState } from './decide-allocations.ts';
import type { ExpectedWork } from './expect-work.ts';

/** Pure. */
export function describeDecision(
  decision: DemandDecision,
  bounds: EntryBounds,
  state: EntryState,
  work: ExpectedWork,
): string {
  return `${describeWork(work)} ${describeReason(decision, bounds, state, work)}`;
}

const rounded = (seconds: number): string => formatDuration(Math.round(seconds));
const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

function describeWork({
  waiting,
  running,
  slotSeconds,
  secondsPerJob,
  basis,
  predicted = 0,
}: ExpectedWork): string {
  if (waiting === 0)
    return running === 0 ? 'No job waits.' : `No job waits, and ${plural(running, 'job')} run.`;
  const known =
    basis === 0
      ? 'a guess, because no job has ended yet'
      : predicted > 0.5
        ? 'by the learned run times'
        : `the median of the last ${basis} that ended, by size`;
  return `${plural(waiting, 'job')} wait, about ${rounded(slotSeconds)} of one slot at ${rounded(secondsPerJob)} each (${known}).`;
}

function describeReason(
  decision: DemandDecision,
  bounds: EntryBounds,
  state: EntryState,
  work: ExpectedWork,
): string {
  const { name, nodesPerAllocation, maxNodes, maxPending } = bounds;
  const supply = `running and pending allocations do ${rounded(decision.supply)} of it within ${rounded(bounds.withinSeconds)}`;
  const reasons: Record<DemandReason, string> = {
    first: `No allocation is open, so ${name} submits one of ${plural(nodesPerAllocation, 'node')}.`,
    needed: `Because ${supply}, ${name} submits one more of ${plural(nodesPerAllocation, 'node')}.`,
    no_work: `${name} submits nothing.`,
    enough: `${name} submits nothing: ${supply}.`,
    too_little: `${name} submits nothing: ${supply}, and the rest is less than ${rounded(bounds.minWorkPerNodeSeconds)} per node.`,
    max_nodes: `${name} submits nothing: its limit of ${plural(maxNodes, 'node')} is reached (running or pending: ${decision.nodes}).`,
    max_pending: `${name} submits nothing: its limit of ${plural(maxPending, 'pending allocation')} is reached.`,
    interval: `${name} submits one in a moment: at most one in ${rounded(bounds.intervalSeconds)}.`,
    backing_off: `${name} waits until ${state.retryAt?.toISOString() ?? 'later'}: the scheduler said: ${state.refusal ?? 'no'}.`,
    unknown_size: `${name} submits nothing until a consumer has announced how many slots a node has.`,
    paused: `${name} is paused: ${state.paused ?? ''}. To resume: oact alloc resume ${name}`,
    campaign_paused: 'The campaign is paused, so nothing is submitted until oact resume.',
  };
  const cancelled =
    decision.cancel.length === 0
      ? ''
      : ` ${plural(decision.cancel.length, 'pending allocation')} ${decision.cancel.length === 1 ? 'is' : 'are'} cancelled: ${work.waiting === 0 ? 'no job waits' : 'the others do the work as well'}.`;
  return reasons[decision.reason] + cancelled;
}
