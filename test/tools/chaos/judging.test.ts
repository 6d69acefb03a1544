import { describe, expect, it, test } from 'vitest';
import { judgeOverlaps } from '../../../tools/chaos/judging/judge-overlaps.ts';
import { judgeRows } from '../../../tools/chaos/judging/judge-rows.ts';
import { measureWaste } from '../../../tools/chaos/judging/measure-waste.ts';
import { type LoggedRun, parseRunLog } from '../../../tools/chaos/judging/parse-run-log.ts';
import {
  energyOf,
  hangingTurn,
  outcomePeriod,
  planOutcome,
} from '../../../tools/chaos/judging/planned-outcome.ts';
import type { TableRow } from '../../../tools/chaos/judging/read-table.ts';

const succeeding = outcomePeriod - 1;

/** A row as it must be. */
function goodRow(changes: Partial<TableRow> = {}): TableRow {
  return {
    id: succeeding,
    status: 'completed',
    failCount: 0,
    finalEnergyHartree: energyOf(succeeding),
    reason: null,
    jobDir: null,
    attempts: 1,
    openAttempts: 0,
    failedAttempts: 0,
    jobId: `c${succeeding}-a1`,
    failureClass: null,
    startedAt: null,
    ...changes,
  };
}

const failed: Partial<TableRow> = { status: 'failed', failCount: 1, failedAttempts: 1 };
const shot = { ...failed, failureClass: 'killed_midrun' };

describe('rows', () => {
  test.each<[string, Partial<TableRow>, string[]]>([
    ['as planned', {}, []],
    ['without an outcome', { status: 'running', openAttempts: 1 }, ['unsettled']],
    ['that failed although they succeed', { ...failed, failureClass: 'killed_midrun' }, ['wrong']],
    ['with the energy of another', { finalEnergyHartree: -1 }, ['wrong']],
    ['tried twice', { attempts: 2 }, ['countedTwice']],
    [
      'that failed as planned and were counted twice',
      { ...failed, id: outcomePeriod, failureClass: 'input_keyword', failCount: 2 },
      ['countedTwice', 'failCountWrong'],
    ],
    ['that timed out as planned', { id: hangingTurn, status: 'timeout' }, []],
    [
      'that timed out and count as failed',
      { id: hangingTurn, status: 'timeout', failCount: 1 },
      ['countedTwice', 'failCountWrong'],
    ],
  ])('%s', (_, changes, kinds) => {
    const report = judgeRows([goodRow(changes)], new Set());
    expect(Object.entries(report).flatMap(([kind, names]) => (names.length > 0 ? [kind] : []))).toEqual(
      kinds,
    );
  });

  it('may have failed of a kill that was ours', () => {
    expect(judgeRows([goodRow(shot)], new Set([`c${succeeding}-a1`])).wrong).toEqual([]);
  });

  it('every outcome is planned for some record', () => {
    const kinds = Array.from({ length: outcomePeriod }, (_, id) => planOutcome(id).kind);
    expect(new Set(kinds)).toEqual(new Set(['completed', 'failed', 'timed_out']));
  });
});

const run = (changes: Partial<LoggedRun>): LoggedRun => ({
  jobId: 'c1-a1',
  pid: 10,
  ownerPid: 1,
  runDir: '/jobs/1/attempt-1/run-1',
  startedAt: 100,
  endedAt: 105,
  ...changes,
});

describe('two runs of one attempt', () => {
  const first = run({});
  const second = run({
    pid: 20,
    ownerPid: 2,
    runDir: '/jobs/1/attempt-1/run-2',
    startedAt: 104,
    endedAt: 109,
  });

  it('are named, whatever the cause', () => {
    const report = judgeOverlaps([first, second], new Map());
    expect(report.overlaps).toEqual(['c1-a1: 1.00 s in /jobs/1/attempt-1/run-1 and /jobs/1/attempt-1/run-2']);
    expect(report.sharedDirs).toEqual([]);
  });

  it('one after the other are no overlap', () => {
    expect(judgeOverlaps([first, { ...second, startedAt: 105 }], new Map()).overlaps).toEqual([]);
  });

  test.each([
    [103.9, 0],
    [104.1, 1],
  ])('of which the first said no last word and was last seen at %f', (lastSeen, count) => {
    const silent = { ...first, endedAt: null };
    const seen = new Map([[first.runDir, lastSeen]]);
    expect(judgeOverlaps([silent, second], seen).overlaps).toHaveLength(count);
  });

  it('in one directory are named, whenever they ran', () => {
    const later = { ...second, runDir: first.runDir, startedAt: 200, endedAt: 201 };
    expect(judgeOverlaps([first, later], new Map()).sharedDirs).toEqual([first.runDir]);
  });

  it('are wasted work, but for the one that counts', () => {
    const rows = [goodRow({ jobId: 'c1-a1', startedAt: new Date(104_100).toISOString() })];
    expect(measureWaste([first, second], rows, (ms) => ms / 1000)).toEqual({
      starts: 2,
      redundantStarts: 1,
      workedSeconds: 10,
      wastedSeconds: 5,
    });
  });
});

it('a run log is read, even with a half-written line', () => {
  const log =
    'start 100.00 10 1 c1-a1 /a b/run-1\nstart 101.00 11 1 c2-a1 /x\nend 105.00 10 1 c1-a1 /a b/run-1\nend 1';
  expect(parseRunLog(log)).toEqual([
    run({ runDir: '/a b/run-1' }),
    run({ jobId: 'c2-a1', pid: 11, runDir: '/x', startedAt: 101, endedAt: null }),
  ]);
});
