import { expect, it } from 'vitest';
import { planCorrection, type WantedValues } from '../../../producer/steering/plan-correction.ts';
import type { CorrectableRecord } from '../../../workflow/records/load-correctable.ts';

const uranyl = 'U 0 0 0\nO 0 0 1.76\nO 0 0 -1.76';

const aRecord = (changes: Partial<CorrectableRecord> = {}): CorrectableRecord => ({
  id: 17,
  origIndex: 16,
  status: 'to_run',
  charge: 0,
  multiplicity: 1,
  geometry: uranyl,
  jobDir: '/jobs/job_16',
  failCount: 2,
  attempt: 1,
  hasOpenAttempt: 0,
  ...changes,
});

interface Expected {
  kind: string;
  electrons?: number;
  isRequeued?: boolean;
  isOther?: boolean;
  reason?: unknown;
}

function shapeOf({ kind, electrons, isRequeued, isOther, reason }: Expected): Record<string, unknown> {
  const correction = {
    ...(isRequeued !== undefined && { isRequeued }),
    ...(isOther !== undefined && { isOther }),
  };
  return {
    kind,
    ...(electrons !== undefined && { next: { electrons } }),
    ...(reason !== undefined && { reason }),
    ...(Object.keys(correction).length > 0 && { correction }),
  };
}

it.each<[string, Partial<CorrectableRecord>, WantedValues, Expected]>([
  [
    'a waiting record',
    {},
    { charge: 2 },
    { kind: 'correct', electrons: 106, isRequeued: false, isOther: true },
  ],
  ['a completed record', { status: 'completed' }, { charge: 2 }, { kind: 'correct', isRequeued: true }],
  ['a failed record', { status: 'failed' }, { multiplicity: 3 }, { kind: 'correct', isRequeued: true }],
  ['a timed-out record', { status: 'timeout' }, { charge: -2 }, { kind: 'correct', electrons: 110 }],
  ['a running record', { status: 'running' }, { charge: 2 }, { kind: 'running', electrons: 106 }],
  [
    'a running record that another tool called failed',
    { status: 'failed', hasOpenAttempt: 1 },
    { charge: 2 },
    { kind: 'running' },
  ],
  ['equal values', {}, { charge: 0, multiplicity: 1 }, { kind: 'unchanged' }],
  ['equal values of a running record', { status: 'running' }, { charge: 0 }, { kind: 'unchanged' }],
  ['an equal geometry', {}, { geometry: uranyl }, { kind: 'unchanged' }],
  ['nothing wanted', {}, {}, { kind: 'unchanged' }],
  // What NULL stood for is written, and the result stays: it was computed with that very value.
  [
    'NULL made explicit',
    { status: 'completed', charge: null },
    { charge: 0 },
    { kind: 'correct', isRequeued: false, isOther: false },
  ],
  [
    'NULL made another',
    { status: 'completed', charge: null },
    { charge: 2 },
    { kind: 'correct', isRequeued: true },
  ],
  [
    'a new geometry',
    { status: 'completed' },
    { geometry: 'U 0 0 0' },
    { kind: 'correct', electrons: 92, isRequeued: true },
  ],
  ['a spoilt value made right', { charge: 'x' }, { charge: 2 }, { kind: 'correct', electrons: 106 }],
  [
    'a wrong parity',
    {},
    { charge: 1 },
    {
      kind: 'refused',
      reason: expect.stringMatching(/107 electrons \(charge 1\) cannot have multiplicity 1/),
    },
  ],
  [
    'a wrong multiplicity',
    {},
    { multiplicity: 2 },
    { kind: 'refused', reason: expect.stringMatching(/108 electrons/) },
  ],
  [
    'no electrons',
    { geometry: 'H 0 0 0' },
    { charge: 1 },
    { kind: 'refused', reason: expect.stringMatching(/no electron is left/) },
  ],
  [
    'atoms on top of each other',
    {},
    { geometry: 'U 0 0 0\nO 0 0 0' },
    { kind: 'refused', reason: expect.stringMatching(/apart/) },
  ],
  [
    'a file that is no geometry',
    {},
    { geometry: 'hello world' },
    { kind: 'refused', reason: expect.stringMatching(/line 1/) },
  ],
  [
    'a record whose geometry is missing',
    { geometry: null },
    { charge: 2 },
    { kind: 'refused', reason: expect.stringMatching(/no atoms/) },
  ],
  [
    'a spoilt value that stays',
    { charge: 'x' },
    { multiplicity: 3 },
    { kind: 'refused', reason: expect.stringMatching(/NaN/) },
  ],
])('%s', (_, record, wanted, expected) => {
  const plan = planCorrection(aRecord(record), wanted, 'job_{orig_index}');
  expect(plan).toMatchObject(shapeOf(expected));
});

it.each([
  ['job_{id}', false],
  ['{formula}_{charge}_{spin}', true],
])('a directory named %s is forgotten: %s', (pattern, forgetsJobDir) => {
  const plan = planCorrection(aRecord(), { charge: 2 }, pattern);
  expect(plan).toMatchObject({ correction: { forgetsJobDir } });
});
