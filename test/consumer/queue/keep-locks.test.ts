import { describe, expect, it } from 'vitest';
import { mustFence } from '../../../consumer/queue/keep-locks.ts';

describe('mustFence', () => {
  it.each([
    // lock, seconds since Redis last confirmed it, must ORCA stop now?
    [900, 0, false],
    [900, 60, false],
    [900, 854, false],
    [900, 855, false],
    [900, 856, true],
    [900, 5000, true],
    // The short locks of tests keep a quarter.
    [8, 5.9, false],
    [8, 6.1, true],
  ])('lock of %d s, confirmed %d s ago: %s', (lockSeconds, agoSeconds, fences) => {
    const now = 1_795_000_000_000;
    expect(mustFence(now - agoSeconds * 1000, now, lockSeconds)).toBe(fences);
  });
});
