import { describe, expect, it } from 'vitest';
import { compareAllocations } from '../../../cli/alloc/compare-allocations.ts';
import type { KnownConsumer } from '../../../core/progress/consumer-registry.ts';
import type { SeenAllocation } from '../../../scheduler/allocations/seen-allocation.ts';
import type { AllocationRow } from '../../../workflow/allocations/allocations.ts';

const now = new Date('2026-11-30T12:00:00Z');
const ago = (seconds: number): string => new Date(now.getTime() - seconds * 1000).toISOString();

const row = (change: Partial<AllocationRow> = {}): AllocationRow => ({
  id: 7,
  entry: 'cpu',
  scheduler: 'slurm',
  allocationId: '4711',
  state: 'pending',
  nodes: 1,
  walltimeSeconds: 3600,
  submittedAt: ago(600),
  startedAt: null,
  startEstimate: null,
  endsAt: null,
  endedAt: null,
  announcedAt: null,
  slots: null,
  cancelledAt: null,
  verdict: null,
  words: null,
  ...change,
});

const seen = (change: Partial<SeenAllocation> = {}): SeenAllocation => ({
  allocationId: '4711',
  name: 'oact-c0ffee01-7',
  state: 'pending',
  nodes: 1,
  submittedAt: new Date(ago(600)),
  startsAt: null,
  endsAt: null,
  words: null,
  directory: '/camp',
  ...change,
});

const consumer = (allocationId: string, slots: number): KnownConsumer => ({
  id: `n1:${allocationId}:0a1b2c3d`,
  node: 'n1',
  allocationId,
  pid: 1,
  reads: 2,
  slots,
  busy: 0,
  state: 'running',
  reason: null,
  why: null,
  startedAt: ago(60),
  seenAt: ago(1),
  endsAt: null,
  jobs: [],
  drainRequestedAt: null,
});

const compare = (rows: AllocationRow[], list: SeenAllocation[], consumers: KnownConsumer[] | null = []) =>
  compareAllocations(rows, list, consumers, { campaignId: 'c0ffee01', directory: '/camp', now });

describe('what the scheduler says of the allocations that oact knows', () => {
  it('is written down when it is new', () => {
    const started = seen({
      state: 'running',
      startsAt: new Date(ago(60)),
      endsAt: new Date(ago(-3000)),
      words: 'x',
    });
    expect(compare([row()], [started]).changes.get(7)).toEqual({
      state: 'running',
      startedAt: ago(60),
      endsAt: ago(-3000),
      words: 'x',
    });
    expect(compare([row()], [seen()]).changes.size).toBe(0);
  });

  it('finds a submission by its name when the process died before it wrote down the id', () => {
    const lost = row({ allocationId: null, state: 'submitting' });
    expect(compare([lost], [seen()]).changes.get(7)).toEqual({ allocationId: '4711', state: 'pending' });
  });

  it('closes a submission that never happened, but not one that may be happening', () => {
    const lost = row({ allocationId: null, state: 'submitting' });
    expect(compare([lost], []).changes.get(7)).toMatchObject({ state: 'ended', verdict: 'never submitted' });
    expect(compare([{ ...lost, submittedAt: ago(60) }], []).changes.size).toBe(0);
  });

  it('does not take the allocation of another campaign for its own', () => {
    const lost = row({ allocationId: null, state: 'submitting' });
    expect(compare([lost], [seen({ name: 'oact-deadbeef-7', directory: '/other' })])).toMatchObject({
      byHand: [],
      changes: new Map([[7, expect.objectContaining({ state: 'ended' })]]),
    });
  });

  it('asks how one ended that is not shown any more, unless it is only just submitted', () => {
    expect(compare([row()], []).missing).toEqual([row()]);
    expect(compare([row({ submittedAt: ago(5) })], []).missing).toEqual([]);
  });
});

describe('consumers', () => {
  it('announce an allocation and its slots, once for all', () => {
    const two = [consumer('4711', 4), consumer('4711', 4), consumer('9', 100)];
    expect(compare([row({ state: 'running' })], [seen({ state: 'running' })], two).changes.get(7)).toEqual({
      announcedAt: now.toISOString(),
      slots: 8,
    });
    const known = row({ state: 'running', announcedAt: ago(50), slots: 8 });
    expect(compare([known], [seen({ state: 'running' })], two).changes.size).toBe(0);
  });
});

describe('an allocation that was submitted by hand', () => {
  it.each<[string, Partial<SeenAllocation>, KnownConsumer[] | null, number]>([
    ['the shipped script, in this campaign', { name: 'oact-consumer' }, [], 1],
    ['the shipped script, in another campaign', { name: 'oact-consumer', directory: '/other' }, [], 0],
    [
      'another name, but its consumers work for this campaign',
      { name: 'mine', directory: '/x' },
      [consumer('12', 4)],
      1,
    ],
    ['another name, and nothing is known of its consumers', { name: 'mine' }, null, 0],
    ['it has ended', { name: 'oact-consumer', state: 'ended' }, [], 0],
  ])('%s', (_, change, consumers, count) => {
    expect(compare([], [seen({ allocationId: '12', ...change })], consumers).byHand.length).toBe(count);
  });
});
