import { expect, it } from 'vitest';
import { lanesSchema } from '../../../core/config/lane-settings.ts';
import { expectWork } from '../../../packing/demand/expect-work.ts';
import { weighInLanes } from '../../../packing/demand/weigh-lanes.ts';

const lanes = lanesSchema.parse({
  small: { cores: 8, maxAtoms: 2 },
  large: { cores: 32, minAtoms: 3, maxAtoms: 4 },
});
const shape = (atoms: number) => ({
  elements: Array<string>(atoms).fill('H'),
  charge: 0,
  recipe: 'omol',
  expectedSeconds: null,
});

it('counts a record in slots of the smallest lane', () => {
  expect([1, 2, 3, 4, 5].map((atoms) => weighInLanes(lanes, shape(atoms)))).toEqual([1, 1, 4, 4, 0]);
  expect(weighInLanes({}, shape(5))).toBe(1);
});

it('multiplies the work ahead', () => {
  const backlog = { waiting: 10, running: 0, sampleAtoms: [2, 4], sampleSeconds: [100, 300] };
  expect(expectWork(backlog, [], 0).slotSeconds).toBe(2000);
  expect(expectWork({ ...backlog, sampleSlots: [1, 4] }, [], 0).slotSeconds).toBe(6500);
});
