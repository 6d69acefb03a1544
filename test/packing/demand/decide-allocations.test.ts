import { describe, expect, it } from 'vitest';
import {
  decideAllocations,
  type EntryBounds,
  type EntryState,
  type OpenAllocation,
} from '../../../packing/demand/decide-allocations.ts';
import { describeDecision } from '../../../packing/demand/describe-decision.ts';
import { expectWork } from '../../../packing/demand/expect-work.ts';

const now = new Date('2026-11-30T12:00:00Z');
const inSeconds = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);

const bounds: EntryBounds = {
  name: 'cpu',
  maxNodes: 4,
  nodesPerAllocation: 1,
  maxPending: 2,
  walltimeSeconds: 3600,
  minWorkPerNodeSeconds: 600,
  withinSeconds: 3600,
  intervalSeconds: 60,
  slotsPerNode: 8,
};
const fresh: EntryState = { paused: null, lastSubmittedAt: null, retryAt: null, refusal: null };

let ids = 0;
const allocation = (change: Partial<OpenAllocation> = {}): OpenAllocation => ({
  id: ++ids,
  entry: 'cpu',
  state: 'running',
  nodes: 1,
  slots: 8,
  endsAt: inSeconds(3600),
  walltimeSeconds: 3600,
  ...change,
});
const pending = (change: Partial<OpenAllocation> = {}): OpenAllocation =>
  allocation({ state: 'pending', slots: null, endsAt: null, ...change });

interface Scene {
  waiting: number;
  running?: number;
  secondsPerJob?: number;
  open?: OpenAllocation[];
  bounds?: Partial<EntryBounds>;
  state?: Partial<EntryState>;
  campaignPaused?: string;
}

function decide({ waiting, running = 0, secondsPerJob = 60, open = [], campaignPaused, ...scene }: Scene) {
  const work = {
    waiting,
    running,
    secondsPerJob,
    slotSeconds: waiting * secondsPerJob + (running * secondsPerJob) / 2,
    basis: 100,
  };
  const entry = { ...bounds, ...scene.bounds };
  const state = { ...fresh, ...scene.state };
  const decision = decideAllocations(entry, state, {
    now,
    work,
    open,
    campaignPaused: campaignPaused ?? null,
  });
  return { decision, words: describeDecision(decision, entry, state, work) };
}

describe('whether one more allocation is submitted', () => {
  it.each<[string, Scene, string]>([
    ['nothing waits and nothing is open', { waiting: 0 }, 'no_work'],
    ['one small job and no allocation', { waiting: 1, secondsPerJob: 1 }, 'first'],
    [
      'more than the running one does in its hour (8 x 3600)',
      { waiting: 600, open: [allocation()] },
      'needed',
    ],
    ['as much as the running one does', { waiting: 480, open: [allocation()] }, 'enough'],
    [
      'a little more than it does: less than ten minutes of a node',
      { waiting: 500, open: [allocation()] },
      'too_little',
    ],
    [
      'the running one ends in a minute',
      { waiting: 480, open: [allocation({ endsAt: inSeconds(60) })] },
      'needed',
    ],
    [
      'a pending one does it as well as a running one',
      { waiting: 900, open: [allocation(), pending()] },
      'enough',
    ],
    ['an allocation by hand counts', { waiting: 480, open: [allocation({ entry: null })] }, 'enough'],
    [
      'all shall be done within ten minutes',
      { waiting: 480, open: [allocation()], bounds: { withinSeconds: 600 } },
      'needed',
    ],
    ['maxNodes', { waiting: 9999, open: [1, 2, 3, 4].map(() => allocation()) }, 'max_nodes'],
    [
      'two nodes more than maxNodes',
      { waiting: 9999, open: [allocation()], bounds: { nodesPerAllocation: 4 } },
      'max_nodes',
    ],
    ['maxPending', { waiting: 9999, open: [pending(), pending()] }, 'max_pending'],
    [
      'one that is being submitted is pending',
      { waiting: 9999, open: [pending({ state: 'submitting' }), pending()] },
      'max_pending',
    ],
    [
      'the last submission is 59 s old',
      { waiting: 9, state: { lastSubmittedAt: inSeconds(-59) } },
      'interval',
    ],
    ['the last submission is 60 s old', { waiting: 9, state: { lastSubmittedAt: inSeconds(-60) } }, 'first'],
    [
      'a refusal',
      { waiting: 9, state: { retryAt: inSeconds(1), refusal: 'QOSMaxSubmitJobPerUserLimit' } },
      'backing_off',
    ],
    ['paused', { waiting: 9, state: { paused: 'by a user' } }, 'paused'],
    ['the campaign is paused', { waiting: 9, campaignPaused: 'maintenance' }, 'campaign_paused'],
    [
      'nobody knows how large a node is',
      { waiting: 9999, open: [allocation({ slots: null })], bounds: { slotsPerNode: null } },
      'unknown_size',
    ],
    [
      'its end is unknown: it has its walltime',
      { waiting: 480, open: [allocation({ endsAt: null })] },
      'enough',
    ],
  ])('%s', (_, scene, reason) => {
    const { decision, words } = decide(scene);
    expect(decision.reason).toBe(reason);
    expect(decision.submit).toBe(reason === 'first' || reason === 'needed');
    expect(words).not.toMatch(/undefined|NaN|null/);
  });

  it('never goes beyond its bounds, whatever is open and waits', () => {
    for (let seed = 1; seed <= 2000; seed += 1) {
      const random = (limit: number): number => (seed * 7919 + limit * 104_729 + seed * seed * 31) % limit;
      const open = Array.from({ length: random(7) }, (_, index) =>
        (seed + index) % 2 === 0
          ? allocation({ nodes: 1 + (index % 3) })
          : pending({ nodes: 1 + (index % 2) }),
      );
      const nodesPerAllocation = 1 + random(3);
      const [maxNodes, maxPending] = [nodesPerAllocation + random(11), 1 + random(5)];
      const { decision } = decide({
        waiting: 1_000_000 + random(100_000),
        open,
        bounds: { nodesPerAllocation, maxNodes, maxPending },
      });
      if (!decision.submit) continue;
      const nodes = open.reduce((sum, one) => sum + one.nodes, 0);
      expect(nodes + nodesPerAllocation).toBeLessThanOrEqual(maxNodes);
      expect(open.filter(({ state }) => state === 'pending').length).toBeLessThan(maxPending);
      expect(decision.cancel).toEqual([]);
    }
  });
});

describe('which pending allocations are cancelled', () => {
  it('all when nothing waits, but not what runs or is being submitted', () => {
    const open = [allocation(), pending(), pending(), pending({ state: 'submitting' })];
    const predicted = { waiting: 2, running: 0, slotSeconds: 120, secondsPerJob: 60, basis: 9, predicted: 1 };
    const none = decide({ waiting: 2 }).decision;
    expect(describeDecision(none, bounds, fresh, predicted)).toContain(
      'at 1m00s each (by the learned run times)',
    );
    expect(decide({ waiting: 0, running: 4, open }).decision.cancel).toEqual([open[2]?.id, open[1]?.id]);
  });

  it('the newest when the others do the work as well', () => {
    const open = [allocation(), pending(), pending()];
    expect(decide({ waiting: 900, open }).decision.cancel).toEqual([open[2]?.id]);
    expect(decide({ waiting: 1000, open }).decision.cancel).toEqual([]);
  });

  it('none of those that were submitted by hand', () => {
    expect(decide({ waiting: 0, open: [pending({ entry: null })] }).decision.cancel).toEqual([]);
  });

  it('the only one while anything waits: never', () => {
    expect(decide({ waiting: 1, secondsPerJob: 1, open: [pending()] }).decision.cancel).toEqual([]);
  });
});

const times = (atoms: number, seconds: number, count: number) =>
  Array.from({ length: count }, () => ({ atoms, seconds }));

describe('the work ahead', () => {
  it('is the median of the same size, else of all, else what the settings say, else a guess', () => {
    const ended = [...times(10, 30, 6), ...times(100, 3000, 3)];
    const backlog = { waiting: 10, running: 2, sampleAtoms: [10, 10, 100, null] };
    // 100 atoms are known from three attempts only: the median of all nine, 30, stands for them.
    expect(expectWork(backlog, ended, 0)).toMatchObject({ secondsPerJob: 30, slotSeconds: 330, basis: 9 });
    const more = [...ended, ...times(100, 3000, 4)];
    expect(expectWork({ ...backlog, sampleAtoms: [10, 100] }, more, 0).secondsPerJob).toBe(1515);
    expect(expectWork(backlog, [], 120).secondsPerJob).toBe(120);
    expect(expectWork(backlog, [], 0).secondsPerJob).toBe(600);
  });

  it('is what the learned times say, job by job, and by size where they know none', () => {
    const backlog = { waiting: 10, running: 2, sampleAtoms: [10, 10, 100, 10] };
    const sampleSeconds = [100, 300, null, 200];
    expect(expectWork({ ...backlog, sampleSeconds }, times(10, 40, 9), 0)).toMatchObject({
      secondsPerJob: 160,
      slotSeconds: 1760,
      predicted: 0.75,
    });
  });
});

describe('two sentences', () => {
  it('say what waits, what is done about it, and why', () => {
    expect(decide({ waiting: 600, open: [allocation()] }).words).toBe(
      '600 jobs wait, about 10h00m of one slot at 1m00s each (the median of the last 100 that ended, by size). ' +
        'Because running and pending allocations do 8h00m of it within 1h00m, cpu submits one more of 1 node.',
    );
    expect(decide({ waiting: 0, running: 4, open: [pending()] }).words).toBe(
      'No job waits, and 4 jobs run. cpu submits nothing. 1 pending allocation is cancelled: no job waits.',
    );
  });
});
