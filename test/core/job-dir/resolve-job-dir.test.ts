import { expect, it } from 'vitest';
import { resolveJobDir } from '../../../core/job-dir/resolve-job-dir.ts';

it.each<[string | null, number, string | null]>([
  ['/x/camp/jobs/job_0', 1, '/x/camp/jobs/job_0'],
  ['/elsewhere/job_0', 1, '/elsewhere/job_0'],
  ['camp/jobs/job_0', 1, '/x/camp/jobs/job_0'],
  ['./jobs/job_0/', 1, '/x/camp/jobs/job_0'],
  ['job_0', 1, '/x/camp/jobs/job_0'],
  ['work/job_0', 1, '/x/camp/jobs/job_0'],
  ['camp/jobs/U/job_0', 1, '/x/camp/jobs/U/job_0'],
  ['work/U/job_0', 2, '/x/camp/jobs/U/job_0'],
  ['jobs', 1, '/x/camp/jobs/jobs'],
  ['jobs/../../etc', 1, null],
  ['..', 1, null],
  ['', 1, null],
  [null, 1, null],
])('%j with a pattern of %i names is %j', (jobDir, depth, expected) => {
  expect(resolveJobDir('/x/camp/jobs', jobDir, depth)).toBe(expected);
});

it('says nothing of a relative path without a job root', () => {
  expect(resolveJobDir(null, 'camp/jobs/job_0')).toBeNull();
  expect(resolveJobDir(null, '/x/job_0')).toBe('/x/job_0');
});
