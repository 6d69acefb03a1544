import { expect, it } from 'vitest';
import { planMaxCoreMb } from '../../../consumer/cores/discover-memory.ts';

it.each([
  // A node of 256 GB with 6 slots of 16: 0.75 × 256,000 × 0.92 / 6 / 16.
  [{ memoryMb: 256_000, share: 0.92, slotCount: 6 }, 16, 1840],
  [{ memoryMb: 256_000, share: 0.92, slotCount: 3 }, 16, 3680],
  [{ memoryMb: 256_000, share: 1, slotCount: 1 }, 96, 2000],
  [{ memoryMb: 8000, share: 0.92, slotCount: 1 }, 1, 5520],
  [{ memoryMb: 100, share: 0.05, slotCount: 4 }, 16, 1],
])('%j, %d ranks: %d MB each', (node, ranks, megabytes) => {
  expect(planMaxCoreMb(node, ranks)).toBe(megabytes);
});

it('never promises the ranks of all slots more than three quarters of what is usable', () => {
  const node = { memoryMb: 515_123, share: 0.92, slotCount: 7 };
  expect(planMaxCoreMb(node, 13) * 13 * 7).toBeLessThanOrEqual(0.75 * 0.92 * 515_123);
});
