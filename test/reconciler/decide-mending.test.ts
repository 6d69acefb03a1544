import { describe, expect, it } from 'vitest';
import { decideMending, type DirectoryFacts } from '../../reconciler/decide-mending.ts';
import type { MendableRecord } from '../../workflow/other-tools/load-mendable.ts';
import { aResult } from '../workflow/sample-workflow.ts';

const settledAtMs = Date.parse('2026-11-22T11:00:00Z');
const nothing: DirectoryFacts = { published: undefined, newestFileMs: null };
const older: DirectoryFacts = { published: undefined, newestFileMs: settledAtMs - 1 };
const newer: DirectoryFacts = { published: undefined, newestFileMs: settledAtMs + 1 };
const published: DirectoryFacts = { published: aResult(1, 2), newestFileMs: settledAtMs - 1 };

function aRecord(changes: Partial<MendableRecord>): MendableRecord {
  return {
    id: 1,
    origIndex: 0,
    status: 'running',
    charge: 0,
    multiplicity: 1,
    jobDir: '/jobs/job_1',
    workerId: null,
    attempt: 2,
    outcome: 'failed',
    reason: 'SCF said no',
    finalEnergyHartree: null,
    scfCycles: null,
    wallTimeSeconds: null,
    settledAtMs,
    requeuedAtMs: 0,
    ...changes,
  };
}

const restored = (changes: object): object => ({
  kind: 'restore',
  restoration: expect.objectContaining({ recordId: 1, attempt: 2, ...changes }),
  because: expect.any(String),
});
const look = { kind: 'look' };
const pass = { kind: 'pass' };

describe('a row that runs, and nobody works on it', () => {
  it.each<[string, Partial<MendableRecord>, DirectoryFacts, object]>([
    ['failed before', {}, older, restored({ to: 'failed', reason: 'SCF said no' })],
    ['its directory is gone', {}, nothing, restored({ to: 'failed' })],
    [
      'timed out before',
      { outcome: 'timed_out', reason: 'limit' },
      older,
      restored({ to: 'timeout', reason: 'limit' }),
    ],
    [
      'completed before',
      { outcome: 'completed', finalEnergyHartree: -7 },
      older,
      restored({ to: 'completed', reason: null }),
    ],
    ['was queued again', { requeuedAtMs: settledAtMs + 5 }, older, restored({ to: 'to_run', reason: null })],
    [
      'was queued again without an attempt',
      { attempt: 0, outcome: null, settledAtMs: 0, requeuedAtMs: settledAtMs },
      older,
      restored({ to: 'to_run', attempt: 0 }),
    ],
    [
      'was queued again, and settled since',
      { requeuedAtMs: settledAtMs - 5 },
      older,
      restored({ to: 'failed' }),
    ],
    ['was given back unrun', { outcome: 'released', reason: null }, nothing, restored({ to: 'to_run' })],
    [
      'an overruled attempt that published',
      { outcome: 'stale', reason: null },
      published,
      restored({ to: 'completed' }),
    ],
    ['an overruled attempt', { outcome: 'stale' }, older, pass],
    ['another tool has written there since', {}, newer, pass],
    ['another tool has claimed it', { workerId: '4711' }, older, pass],
    ['oact never had it', { attempt: 0, outcome: null, settledAtMs: 0 }, older, pass],
  ])('%s', (_, changes, facts, expected) => {
    expect(decideMending(aRecord(changes), facts)).toEqual(expected);
  });
});

describe('a completed row without numbers', () => {
  const completed = { status: 'completed' };
  it.each<[string, Partial<MendableRecord>, DirectoryFacts, object]>([
    [
      'from the published result',
      { outcome: 'completed' },
      published,
      restored({ to: 'completed', metrics: aResult(1, 2).metrics }),
    ],
    ['from that of an overruled attempt', { outcome: 'stale' }, published, restored({ to: 'completed' })],
    [
      'from the attempt, when the files are gone',
      { outcome: 'completed', finalEnergyHartree: -7 },
      nothing,
      restored({ metrics: expect.objectContaining({ finalEnergyHartree: -7 }) }),
    ],
    [
      'judged so against our own outcome',
      { outcome: 'failed' },
      older,
      restored({ to: 'failed', metrics: null }),
    ],
    ['an attempt without an energy', { outcome: 'completed' }, nothing, look],
    ['a newer output', { outcome: 'failed' }, newer, look],
    ['oact never had it', { attempt: 0, outcome: null, settledAtMs: 0 }, older, look],
    ['another tool has claimed it', { workerId: '4711' }, published, pass],
  ])('%s', (_, changes, facts, expected) => {
    expect(decideMending(aRecord({ ...completed, ...changes }), facts)).toEqual(expected);
  });
});
