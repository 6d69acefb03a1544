/** The allocations of a campaign at a glance: what runs, what is pending, and which entries submit nothing. */
import { formatDuration } from '../../core/config/duration.ts';
import type { Workflow } from '../database/workflow.ts';
import { type AllocationRow, listAllocations } from './allocations.ts';
import { listEntries } from './entries.ts';

export interface AllocationState {
  /** Those that run or are pending, oldest first. */
  open: AllocationRow[];
  /** Entries that submit nothing: paused by a user or by oact. */
  paused: { name: string; since: string; by: 'oact' | 'user'; reason: string }[];
}

/** As the last look at the schedulers found them; asks none. */
export function readAllocationState(workflow: Workflow): AllocationState {
  return {
    open: listAllocations(workflow),
    paused: listEntries(workflow).flatMap(({ name, pausedAt, pausedBy, pausedReason }) =>
      pausedAt === null
        ? []
        : [{ name, since: pausedAt, by: pausedBy ?? 'user', reason: pausedReason ?? 'no reason is given' }],
    ),
  };
}

/** In phrases; none when there is nothing to say. Pure. */
export function describeAllocationState({ open, paused }: AllocationState, now: Date): string[] {
  const running = open.filter(({ state }) => state === 'running');
  const pending = open.filter(({ state }) => state !== 'running');
  const until = (time: string): string =>
    formatDuration(Math.max(0, Math.round((Date.parse(time) - now.getTime()) / 1000)));
  const nodes = running.reduce((sum, one) => sum + one.nodes, 0);
  const ends = running.flatMap(({ endsAt }) => endsAt ?? []).toSorted((a, b) => (a < b ? -1 : 1));
  const starts = pending
    .flatMap(({ startEstimate }) => startEstimate ?? [])
    .toSorted((a, b) => (a < b ? -1 : 1));
  const [oldest] = pending;
  const parts = [
    ...(running.length === 0
      ? []
      : [
          `${running.length} running on ${nodes} ${nodes === 1 ? 'node' : 'nodes'}${ends[0] === undefined ? '' : `, the first ends in ${until(ends[0])}`}`,
        ]),
    ...(oldest === undefined
      ? []
      : [
          `${pending.length} pending for ${formatDuration(Math.max(0, Math.round((now.getTime() - Date.parse(oldest.submittedAt)) / 1000)))}` +
            (oldest.words === null ? '' : ` (${oldest.words})`) +
            (starts[0] === undefined ? '' : `, the next starts in about ${until(starts[0])}`),
        ]),
  ];
  return [
    ...(parts.length === 0 ? [] : [parts.join('; ')]),
    ...paused.map(
      ({ name, reason }) => `${name} submits nothing: ${reason}. To resume: oact alloc resume ${name}`,
    ),
  ];
}
