import { describe, expect, it } from 'vitest';
import { parseFluxTimeLeft } from '../../scheduler/flux.ts';
import { parseQstat } from '../../scheduler/pbs.ts';
import { parseSqueue } from '../../scheduler/slurm.ts';

describe('squeue', () => {
  it.each([
    ['4711|9:58\n', 598],
    ['4711|0:00\n', 0],
    ['4711|1:02:03\n', 3723],
    ['4711|2-01:00:00\n', 176_400],
    ['4711|UNLIMITED\n', Infinity],
    ['4711|9:58|2026-11-23T12:10:00\n', 598],
    // An end that was set to the second; the limit is in minutes.
    ['4711|1:30|2026-11-23T12:00:45\n', 45],
    ['4711|1:30|2026-11-23T11:59:45\n', 0],
    // A controller in another time zone.
    ['4711|10:00|2026-11-23T07:10:00\n', 600],
    ['4711|10:00|N/A\n', 600],
    ['4711|INVALID|N/A\n', undefined],
    ['4711|NOT_SET\n', undefined],
    ['', undefined],
    // The other elements of an array, and the one that has the array's id.
    ['4712|5:00\n4713|6:00\n4711|7:00\n', 420],
    ['47110|5:00\n', undefined],
    ['slurm_load_jobs error: Invalid job id specified\n', undefined],
  ])('%j', (text, left) => {
    expect(parseSqueue(text, '4711', new Date('2026-11-23T12:00:00'))).toBe(left);
  });
});

describe('flux job timeleft', () => {
  it.each([
    ['118\n', 118],
    ['0\n', 0],
    ['59.7\n', 59.7],
    ['infinity\n', Infinity],
    ['inf\n', Infinity],
    ['flux-job: ERROR: not running in a job', undefined],
    ['', undefined],
  ])('%j', (text, left) => {
    expect(parseFluxTimeLeft(text)).toBe(left);
  });
});

describe('qstat -f', () => {
  const now = new Date('2026-11-23T12:00:00');
  const head =
    'Job Id: 12.server\n    Job_Name = oact-consumer\n    Variable_List = PBS_O_HOME=/home/me,PBS_O_LANG=C,\n\tPBS_O_PATH=/usr/bin';

  it.each([
    [
      'the limit from the start on',
      `${head}\n    Resource_List.walltime = 02:00:00\n    resources_used.walltime = 00:10:00\n    stime = Mon Nov 23 11:30:00 2026\n`,
      5400,
    ],
    [
      'less what is used, where the start is not told',
      `${head}\n    resources_used.walltime = 00:10:00\n    Resource_List.walltime = 02:00:00\n`,
      6600,
    ],
    ['all of it, before the first account', `${head}\n    Resource_List.walltime = 168:00:00\n`, 604_800],
    [
      'nothing, past the limit',
      `${head}\n    Resource_List.walltime = 00:10:00\n    stime = Mon Nov 23 11:30:00 2026\n`,
      0,
    ],
    ['nobody knows, without a limit', `${head}\n`, undefined],
    ['nobody knows, of a job that is gone', 'qstat: Unknown Job Id 12.server\n', undefined],
  ])('%s', (_, text, left) => {
    expect(parseQstat(text, now)).toBe(left);
  });
});
