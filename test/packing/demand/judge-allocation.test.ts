import { describe, expect, it } from 'vitest';
import { type AllocationLife, judgeAllocation } from '../../../packing/demand/judge-allocation.ts';

const now = new Date('2026-11-30T12:00:00Z');
const life = (change: Partial<AllocationLife>): AllocationLife => ({
  state: 'running',
  isCancelled: false,
  startedAt: new Date(now.getTime() - 300_000),
  hasAnnounced: false,
  consumers: [],
  attempts: 0,
  words: null,
  ...change,
});
const ended = { state: 'ended' as const };
const idle = { state: 'ended' as const, reason: 'idle', why: null };
const faulty = { state: 'ended' as const, reason: 'faulty', why: 'the scratch disk is full' };

describe('what became of an allocation', () => {
  it.each<[string, Partial<AllocationLife>, string]>([
    ['it waits', { state: 'pending' }, 'alive'],
    ['it has run for five minutes without a word', {}, 'alive'],
    [
      'it has run for eleven minutes without a word',
      { startedAt: new Date(now.getTime() - 660_000) },
      'silent',
    ],
    ['its consumers work', { hasAnnounced: true, startedAt: new Date(0) }, 'alive'],
    ['it settled something', { attempts: 1, startedAt: new Date(0) }, 'alive'],
    ['it ended at once', { ...ended, words: 'FAILED' }, 'dead'],
    ['its node failed', { ...ended, words: 'NODE_FAIL' }, 'dead'],
    ['a user cancelled it', { ...ended, words: 'CANCELLED by 1000' }, 'good'],
    ['oact cancelled it', { ...ended, isCancelled: true }, 'good'],
    ['it was preempted before it could begin', { ...ended, words: 'PREEMPTED' }, 'good'],
    ['its consumers had nothing to do', { ...ended, hasAnnounced: true, consumers: [idle] }, 'good'],
    ['all its nodes were broken', { ...ended, hasAnnounced: true, consumers: [faulty, faulty] }, 'dead'],
    ['one of two nodes was broken', { ...ended, hasAnnounced: true, consumers: [faulty, idle] }, 'good'],
    [
      'all its nodes broke after they had worked',
      { ...ended, hasAnnounced: true, attempts: 3, consumers: [faulty] },
      'good',
    ],
  ])('%s', (_, change, kind) => {
    expect(judgeAllocation(life(change), 600, now).kind).toBe(kind);
  });

  it('names the reason that the nodes gave', () => {
    expect(judgeAllocation(life({ ...ended, hasAnnounced: true, consumers: [faulty] }), 600, now)).toEqual({
      kind: 'dead',
      why: 'the scratch disk is full',
    });
  });
});
