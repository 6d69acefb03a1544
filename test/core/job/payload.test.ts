import { describe, expect, it } from 'vitest';
import { jobIdOf, type JobPayload, parseJobId, parsePayload } from '../../../core/job/payload.ts';
import { parseResult } from '../../../core/job/result.ts';
import { catchError } from '../../workflow/expect-error.ts';
import { aResult } from '../../workflow/sample-workflow.ts';

const payload: JobPayload = {
  v: 4,
  name: 'UCl4-7',
  recordId: 7,
  attempt: 2,
  campaignId: '0a1b2c3d',
  jobDir: 'wave2/job_7',
  lane: 'default',
  calculation: {
    recipe: 'omol',
    runType: 'gradient',
    charge: 2,
    multiplicity: 1,
    atoms: [['U', 0, 0, 0]],
    keywords: ['wB97M-V', 'EnGrad'],
    blocks: [],
    blocksAfterResources: [],
  },
  timeLimitSeconds: 72_000,
  remedies: [],
  retry: {
    after: 'its MPI ranks lost each other',
    avoidNodes: ['n7'],
    avoidUntil: '2026-11-30T10:00:00.000Z',
  },
  timeRequestSeconds: 0,
  expected: { medianSeconds: 600, upperSeconds: 1800 },
};

describe('parsePayload', () => {
  it('takes what a producer of this version writes', () => {
    expect(parsePayload(JSON.parse(JSON.stringify(payload)))).toEqual(payload);
  });

  it.each([
    [3, 'no expected time', ['expected']],
    [2, 'no retry that waits either', ['expected', 'retry']],
  ])('takes what version %d wrote, which knew %s', (v, _, missing) => {
    const older = Object.fromEntries(Object.entries(payload).filter(([field]) => !missing.includes(field)));
    const unknown = Object.fromEntries(missing.map((field) => [field, null]));
    expect(parsePayload({ ...older, v })).toEqual({ ...payload, v, ...unknown });
  });

  it.each([['a newer version', { ...payload, v: 5, somethingNew: true }, 'version 5']])(
    'refuses %s by its version',
    (_, value, words) => {
      const error = catchError(() => parsePayload(value));
      expect(error.code).toBe('PAYLOAD_VERSION');
      expect(error.message).toContain(words);
      expect(error.hint).toContain('same installation');
    },
  );

  it.each([
    ['jobDir', { ...payload, v: 1, jobDir: 'jobs/job_7' }],
    ['jobDir', { ...payload, jobDir: '/shared/jobs/job_7' }],
    ['jobDir', { ...payload, jobDir: '../job_7' }],
    ['jobDir', { ...payload, jobDir: 'a/../../job_7' }],
    ['jobDir', { ...payload, jobDir: './job_7' }],
    ['jobDir', { ...payload, jobDir: 'a//b' }],
    ['v', { recordId: 1 }],
    ['v', { ...payload, v: 0 }],
    ['object', 'hello'],
    ['object', null],
    ['recordId', { ...payload, recordId: 0 }],
    ['timeLimitSeconds', { ...payload, timeLimitSeconds: 0 }],
    ['surprise', { ...payload, surprise: 1 }],
    ['atoms', { ...payload, calculation: { ...payload.calculation, atoms: [] } }],
    ['atoms', { ...payload, calculation: { ...payload.calculation, atoms: [['u', 0, 0, 0]] } }],
    ['atoms', { ...payload, calculation: { ...payload.calculation, atoms: [['U', 0, 0, null]] } }],
  ])('refuses a bad %s and names it', (field, value) => {
    const error = catchError(() => parsePayload(value));
    expect(error.code).toBe('PAYLOAD_INVALID');
    expect(error.message).toContain(field);
  });
});

describe('job ids', () => {
  it('come back as record and attempt', () => {
    expect(jobIdOf(7, 2)).toBe('c7-a2');
    expect(parseJobId(jobIdOf(1_000_000, 13))).toEqual({ recordId: 1_000_000, attempt: 13 });
  });

  it.each(['', '7', 'c7', 'c7-a0', 'c0-a1', 'c07-a1', 'c7-a2 ', 'xc7-a2', 'c-1-a1'])(
    "'%s' was not made by oact",
    (id) => {
      expect(parseJobId(id)).toBeUndefined();
    },
  );
});

describe('parseResult', () => {
  it('takes a result as it was written', () => {
    const result = aResult(7, 2);
    expect(parseResult(JSON.parse(JSON.stringify(result)), 'result.json')).toEqual(result);
  });

  it.each([
    ['another version', { ...aResult(7, 2), v: 2 }],
    ['an outcome nobody knows', { ...aResult(7, 2), outcome: { kind: 'interrupted' } }],
    ['a failure without a class', { ...aResult(7, 2), outcome: { kind: 'failed', reason: '' } }],
    ['a time without zone', { ...aResult(7, 2), startedAt: '2026-11-22 10:00:00' }],
    ['nothing', null],
  ])('refuses %s and says where it was', (_, value) => {
    const error = catchError(() => parseResult(value, '/jobs/job_7/attempt-2/result.json'));
    expect(error.code).toBe('RESULT_INVALID');
    expect(error.message).toContain('/jobs/job_7/attempt-2/result.json');
  });
});
