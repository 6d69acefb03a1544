import { describe, expect, it } from 'vitest';
import { parsePayload } from '../../core/job/payload.ts';
import { buildJob, planJob } from '../../producer/plan-job.ts';
import { aBatch } from '../consumer/a-payload.ts';
import type { JobRecord } from '../../workflow/records/load-records.ts';

const record: JobRecord = {
  id: 7,
  name: null,
  origIndex: 3,
  charge: 2,
  multiplicity: 1,
  geometry: 'U 0 0 0\nO 0 0 1.76\nO 0 0 -1.76',
  jobDir: null,
  failCount: 0,
  status: 'to_run',
};
const batch = aBatch('/c/jobs', { jobDirPattern: 'job_{orig_index}' });

describe('planJob', () => {
  it('resolves a record to a calculation and a directory', () => {
    expect(planJob(record, batch)).toMatchObject({
      kind: 'job',
      recordId: 7,
      formula: 'UO2',
      jobDir: '/c/jobs/job_3',
      calculation: {
        recipe: 'omol',
        runType: 'gradient',
        charge: 2,
        multiplicity: 1,
        atoms: [
          ['U', 0, 0, 0],
          ['O', 0, 0, 1.76],
          ['O', 0, 0, -1.76],
        ],
      },
    });
  });

  it('asks for an optimisation when the batch does', () => {
    const optimize = { ...batch, recipe: { ...batch.recipe, optimizer: 'orca' as const } };
    expect(planJob(record, optimize)).toMatchObject({ calculation: { runType: 'optimization' } });
  });

  it.each([
    ['a parity that cannot be', { multiplicity: 2 }, 'multiplicity 2'],
    ['no electrons', { geometry: 'H 0 0 0', charge: 1 }, 'no electron'],
    ['an unknown element', { geometry: 'Qq 0 0 0' }, 'Qq'],
    ['atoms on top of each other', { geometry: 'U 0 0 0\nO 0 0 0.01\nO 0 0 2' }, 'Å apart'],
    ['no geometry', { geometry: '' }, 'no atoms'],
    ['words for a geometry', { geometry: 'see attached file' }, ''],
    ['a charge that is no number', { charge: Number.NaN }, 'charge'],
    ['half a charge', { charge: 0.5 }, 'charge'],
    ['multiplicity 0', { multiplicity: 0 }, 'multiplicity'],
  ])('refuses %s with the reason', (_, changes, words) => {
    expect(planJob({ ...record, ...changes }, batch)).toEqual({
      kind: 'refused',
      recordId: 7,
      class: 'input_structure',
      reason: expect.stringContaining(words),
    });
  });

  it('refuses a record that the recipe does not suit, and says what to do', () => {
    const rks = { ...batch, recipe: { ...batch.recipe, ksMethod: 'rks' as const } };
    expect(planJob({ ...record, multiplicity: 3 }, rks)).toEqual({
      kind: 'refused',
      recordId: 7,
      class: 'input_recipe',
      reason: expect.stringMatching(/^multiplicity 3 is an open shell.*\. Use ksMethod 'uks'/),
    });
    const unknown = { ...batch, recipe: { ...batch.recipe, recipe: 'gone' } };
    expect(() => planJob(record, unknown)).toThrow(/no recipe 'gone'/);
  });

  it('keeps the directory in the database, unless it is told to reroot', () => {
    const known = { ...record, jobDir: '/c/jobs/old_name' };
    expect(planJob(known, batch)).toMatchObject({ jobDir: '/c/jobs/old_name' });
    expect(planJob(known, { ...batch, reroot: true })).toMatchObject({ jobDir: '/c/jobs/job_3' });
  });

  it('skips a record whose directory lies elsewhere, and says how to go on', () => {
    const plan = planJob({ ...record, jobDir: '/scratch/old/job_3' }, batch);
    expect(plan).toEqual({
      kind: 'skipped',
      recordId: 7,
      cause: 'outside_root',
      reason: 'its job directory /scratch/old/job_3 is outside /c/jobs; use --reroot',
    });
  });
});

describe('buildJob', () => {
  it('makes a payload that a consumer accepts, an id and a name for people', () => {
    const plan = planJob(record, { ...batch, timeRequestSeconds: 600 });
    if (plan.kind !== 'job') throw new Error(plan.reason);
    const job = buildJob(plan, 2, '0a1b2c3d', { ...batch, timeRequestSeconds: 600 });
    expect(job).toMatchObject({ jobId: 'c7-a2', name: 'UO2 · record 7 · attempt 2' });
    expect(parsePayload(JSON.parse(JSON.stringify(job.data)))).toMatchObject({
      recordId: 7,
      attempt: 2,
      campaignId: '0a1b2c3d',
      jobDir: 'job_3',
      timeLimitSeconds: 3600,
      timeRequestSeconds: 600,
    });
  });
});
