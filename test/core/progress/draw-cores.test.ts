import { expect, it } from 'vitest';
import { countCores, describeUse, drawCores } from '../../../core/progress/draw-cores.ts';

const job = { jobId: 'c1-a1', formula: null, startedAt: '2026-01-01T00:00:00.000Z', progress: null };
const packed = {
  slots: 4,
  busy: 2,
  packing: {
    lanes: ['small'],
    caches: [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ],
    reservedFor: null,
  },
  jobs: [
    { ...job, slot: 0, lane: 'small', cpus: [0, 1, 2, 3] },
    { ...job, slot: 11, lane: 'tiny', cpus: [6] },
  ],
};

it('draws the cores of a packed node, one group per cache', () => {
  expect(drawCores(packed)).toEqual(['0000', '..b.']);
  expect(countCores(packed)).toEqual({ busy: 5, all: 8 });
  expect(describeUse(packed)).toBe('5/8 cores');
});

it('counts slots where a node has slots', () => {
  const fixed = { slots: 4, busy: 1, jobs: [{ ...job, slot: 2 }] };
  expect(drawCores(fixed)).toBeNull();
  expect(describeUse(fixed)).toBe('1/4');
});
