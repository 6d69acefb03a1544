import { describe, expect, it } from 'vitest';
import { fillOf, renderFleet, toneOf } from '../../board/pages/overview/fleet-grid.ts';
import { renderNodes } from '../../board/pages/overview/node-picture.ts';
import type { KnownConsumer } from '../../core/progress/consumer-registry.ts';

const now = new Date().toISOString();

function aConsumer(number: number, changes: Partial<KnownConsumer> = {}): KnownConsumer {
  return {
    id: `n${number}:1:0`,
    node: `n${number}`,
    allocationId: null,
    pid: 1,
    slots: 8,
    busy: 0,
    state: 'running',
    reason: null,
    why: null,
    startedAt: now,
    seenAt: now,
    endsAt: null,
    jobs: [],
    drainRequestedAt: null,
    reads: 1,
    ...changes,
  };
}

describe('a square', () => {
  it.each([
    [0, 8, 0],
    [1, 8, 1],
    [4, 8, 2],
    [5, 8, 3],
    [8, 8, 4],
    [9, 8, 4],
    [0, 0, 0],
  ])('of %i busy of %i slots is filled by %i quarters', (busy, slots, quarters) => {
    expect(fillOf({ busy, slots })).toBe(quarters);
  });

  it.each([
    ['running', null, 'busy'],
    ['draining', null, 'late'],
    ['silent', null, 'bad'],
    ['running', 'its scratch is full', 'bad'],
    ['draining', 'its scratch is full', 'bad'],
  ] as const)('of a consumer that is %s (%s) has the tone %s', (state, why, tone) => {
    expect(toneOf({ state, why })).toBe(tone);
  });
});

describe('the fleet', () => {
  it('has each consumer once, by number, with words and a link', async () => {
    const page = String(await renderFleet([aConsumer(10, { busy: 8 }), aConsumer(9, { why: 'no <ORCA>' })]));
    expect(page.match(/<li>/g)).toHaveLength(2);
    expect(page.indexOf('node=n9')).toBeLessThan(page.indexOf('node=n10'));
    expect(page).toContain('aria-label="n10: running, 8 of 8 slots busy"');
    expect(page).toContain('no &lt;ORCA&gt;');
  });

  it('is drawn only where not every consumer is shown with its slots: 1,000 take less than 400 kB', async () => {
    const names = new Map<number, string>();
    const few = String(await renderNodes([aConsumer(1)], null, names));
    expect(few).not.toContain('fleet');
    const all = Array.from({ length: 1000 }, (_, index) => aConsumer(index + 1, { busy: index % 9 }));
    const many = String(await renderNodes(all, null, names));
    expect(many.match(/aria-label="n\d+:/g)).toHaveLength(1000);
    expect(many.length).toBeLessThan(400_000);
  });
});
