import { describe, expect, it } from 'vitest';
import { createBackoff } from '../../core/backoff.ts';

const middle = (): number => 0.5;

describe('createBackoff', () => {
  it('doubles the pause up to the longest, and begins anew when it worked', () => {
    const backoff = createBackoff({ firstMs: 250, longestMs: 1500 }, middle);
    const next = (): number => backoff.nextMs();
    expect([next(), next(), next(), next(), next()]).toEqual([250, 500, 1000, 1500, 1500]);
    backoff.reset();
    expect(next()).toBe(250);
  });

  it('spreads each pause by a quarter either way', () => {
    expect(createBackoff({ firstMs: 1000, longestMs: 1000 }, () => 0).nextMs()).toBe(750);
    expect(createBackoff({ firstMs: 1000, longestMs: 1000 }, () => 1).nextMs()).toBe(1250);
  });

  it('waits, and no longer than it may', async () => {
    const backoff = createBackoff({ firstMs: 60_000, longestMs: 60_000 }, middle);
    const startedAtMs = performance.now();
    await backoff.pause({ signal: new AbortController().signal, atMostMs: 30 });
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(29);
  });

  it('ends a pause with the signal, without an error', async () => {
    const backoff = createBackoff({ firstMs: 60_000, longestMs: 60_000 }, middle);
    const stop = new AbortController();
    const pause = backoff.pause({ signal: stop.signal });
    stop.abort();
    await expect(pause).resolves.toBeUndefined();
    await expect(backoff.pause({ signal: stop.signal })).resolves.toBeUndefined();
  });
});
