import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { checkJobDirPattern, placeJobDir, renderJobDirName } from '../../producer/render-job-dir.ts';
import { catchError } from '../workflow/expect-error.ts';

const values = { id: 7, orig_index: 3, formula: 'UO2', charge: -2, spin: 5 };

describe('renderJobDirName', () => {
  it.each([
    ['job_{orig_index}', 'job_3'],
    ['job_{id}', 'job_7'],
    ['{formula}/{id}', 'UO2/7'],
    ['{formula}_q{charge}_m{spin}_{id}', 'UO2_q-2_m5_7'],
    ['{id}_{id}', '7_7'],
    ['plain', 'plain'],
  ])('%s', (pattern, name) => {
    expect(renderJobDirName(pattern, values)).toBe(name);
  });

  it('knows the host, and writes None for a missing orig_index as the existing system does', () => {
    expect(renderJobDirName('{hostname}_{id}', values)).toBe(`${hostname()}_7`);
    expect(renderJobDirName('job_{orig_index}', { ...values, orig_index: null })).toBe('job_None');
  });
});

describe('checkJobDirPattern', () => {
  it('puts the prefix before the pattern', () => {
    expect(checkJobDirPattern('job_{orig_index}')).toBe('job_{orig_index}');
    expect(checkJobDirPattern('job_{orig_index}', 'wave2')).toBe('wave2_job_{orig_index}');
  });

  it.each([
    ['job_{index}', '{index}'],
    ['job_{Id}', '{Id}'],
    ['job_{id', '{id'],
    ['job_id}', '}'],
    ['job_{}', '{}'],
    ['{{id}}', '{'],
  ])('refuses %s and names what it does not know', (pattern, word) => {
    const error = catchError(() => checkJobDirPattern(pattern));
    expect(error.code).toBe('USAGE');
    expect(error.message).toContain(`'${pattern}'`);
    expect(error.message).toContain(word);
    expect(error.hint).toContain('{orig_index}');
  });

  it('refuses an empty pattern', () => {
    expect(catchError(() => checkJobDirPattern('')).code).toBe('USAGE');
  });

  it.each(['', 'a/b', '../x', 'wave 2', '{id}'])("refuses the prefix '%s'", (prefix) => {
    expect(catchError(() => checkJobDirPattern('job_{id}', prefix)).code).toBe('USAGE');
  });
});

describe('placeJobDir', () => {
  it.each([
    // name, directory in the database, place
    ['job_3', null, '/c/jobs/job_3'],
    ['a/b', null, '/c/jobs/a/b'],
    ['job_3', '/c/jobs/elsewhere', '/c/jobs/elsewhere'],
    // Written by a tool that was started in another directory: nobody knows from where it is meant.
    ['job_3', 'jobs/job_9', '/c/jobs/job_3'],
    ['job_3', '/c/jobs/old/../job_9/', '/c/jobs/job_9'],
    ['../job_3', null, undefined],
    ['.', null, undefined],
    ['x/../../y', null, undefined],
    ['job_3', '/old/campaign/job_3', undefined],
    ['job_3', '/c/jobs', undefined],
    ['job_3', '/c/jobs-old/job_3', undefined],
    ['job_3', '/c/jobs/../secrets', undefined],
  ])('%s, in the database %s: %s', (name, fromDatabase, place) => {
    expect(placeJobDir('/c/jobs', name, fromDatabase)).toBe(place);
  });
});
