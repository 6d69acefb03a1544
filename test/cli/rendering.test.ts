import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderTable } from '../../cli/terminal/print.ts';
import { renderProgress, type RunProgress } from '../../cli/terminal/progress-line.ts';
import { renderResults } from '../../cli/demo/render-results.ts';
import { renderError } from '../../cli/terminal/report-error.ts';
import { renderReport } from '../../cli/enqueue/run-enqueue.ts';
import { renderImport } from '../../cli/import/render-import.ts';
import { emptyReport } from '../../producer/import/import-report.ts';
import { OactError } from '../../core/errors.ts';

const plain = stripVTControlCharacters;
const progress = (changes: Partial<RunProgress>): RunProgress => ({
  selected: 24,
  completed: 0,
  failed: 0,
  timedOut: 0,
  claimed: { running: 0, queued: 0, putOff: 0, toSettle: 0 },
  waitsFor: null,
  ...changes,
});

describe('renderProgress', () => {
  it.each([
    [
      'at the start: what waits on the queue does not run',
      progress({ claimed: { running: 4, queued: 16, putOff: 0, toSettle: 0 } }),
      1,
      '░░░░░░░░░░░░░░░░░░░░░░░░ 0/24 · 0 completed · 4 running · 16 queued · 0.0/min · ETA –',
    ],
    [
      'half way',
      progress({
        completed: 10,
        failed: 1,
        timedOut: 1,
        claimed: { running: 4, queued: 7, putOff: 0, toSettle: 1 },
      }),
      24,
      '████████████░░░░░░░░░░░░ 12/24 · 10 completed · 4 running · 7 queued · 1 to settle · 1 failed · 1 timed out · 30.0/min · ETA 24s',
    ],
    [
      'of twelve selected records all are done, however many there are',
      progress({ selected: 12, completed: 12 }),
      12,
      '████████████████████████ 12/12 · 12 completed · 0 running · 60/min · ETA 0s',
    ],
    [
      'with a job that is put off',
      progress({
        selected: 2,
        completed: 1,
        claimed: { running: 0, queued: 0, putOff: 1, toSettle: 0 },
        waitsFor: '#46: disk full, retried in 2m00s',
      }),
      60,
      '████████████░░░░░░░░░░░░ 1/2 · 1 completed · 0 running · 1 put off · 1.0/min · ETA 1m00s · #46: disk full, retried in 2m00s',
    ],
    [
      'while the queue does not answer',
      progress({ claimed: null }),
      0,
      '░░░░░░░░░░░░░░░░░░░░░░░░ 0/24 · 0 completed · 0.0/min · ETA –',
    ],
    [
      'with nothing selected',
      progress({ selected: 0 }),
      0,
      '████████████████████████ 0/0 · 0 completed · 0 running · 0.0/min · ETA 0s',
    ],
  ])('%s', (_, now, seconds, line) => {
    expect(plain(renderProgress(now, seconds))).toBe(line);
  });
});

describe('renderError', () => {
  it('says what happened and what to do, without a stack', () => {
    const error = new OactError('ORCA_NOT_FOUND', 'no ORCA', { hint: 'Give --orca-path.' });
    expect(plain(renderError(error, false))).toBe('oact: no ORCA\n      Give --orca-path. [ORCA_NOT_FOUND]');
  });

  it('leaves the code away where the words say it all', () => {
    const error = new OactError('NOTHING_TO_DO', 'no record waits');
    expect(plain(renderError(error, false))).toBe('oact: no record waits');
  });

  it.each([
    ['ENOSPC', '/scratch/x', 'oact: the disk is full: /scratch/x'],
    ['EACCES', '/etc/x', 'oact: permission denied: /etc/x'],
    ['EROFS', undefined, 'oact: the file system is read-only'],
  ])('puts %s into plain words', (code, path, text) => {
    const error = Object.assign(new Error(`${code}: whatever, open`), { code, ...(path && { path }) });
    expect(plain(renderError(error, false))).toBe(text);
  });

  it('calls all else a defect, and shows where it comes from only when asked', () => {
    const error = new TypeError('x is undefined');
    expect(plain(renderError(error, false))).toBe(
      'oact: x is undefined\n      This is a bug in oact. Run the command again with oact --debug … and report the output.',
    );
    expect(renderError(error, true)).toContain('rendering.test.ts');
    expect(plain(renderError('a thrown text', false))).toContain('oact: a thrown text');
  });

  it('shows the cause with --debug', () => {
    const error = new OactError('FILE_UNREADABLE', 'no', { cause: new Error('the real reason') });
    expect(renderError(error, true)).toContain('caused by: the real reason');
    expect(renderError(error, false)).not.toContain('the real reason');
  });
});

describe('renderResults', () => {
  const row = {
    id: 1,
    origIndex: 0,
    elements: 'U;O;O',
    status: 'completed',
    finalEnergyHartree: -626.605298577892,
    scfCycles: 128,
    wallTimeSeconds: 195.373,
    failCount: 0,
    errorMessage: null,
    jobDir: '/c/jobs/job_1',
    attempt: 1,
    class: null,
    node: 'node1',
    slot: 3,
  };

  it('has one line per record, whatever ORCA said', () => {
    const failed = {
      ...row,
      id: 2,
      status: 'failed',
      finalEnergyHartree: null,
      scfCycles: null,
      wallTimeSeconds: null,
      slot: null,
      elements: null,
      errorMessage: `two\nlines and ${'more '.repeat(40)}`,
    };
    const lines = plain(renderResults([row, failed])).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/^\s*1\s+UO2\s+completed\s+-626\.605299\s+128\s+3m15s\s+3\s*$/);
    expect(lines[2]).toMatch(/^\s*2\s+failed\s+–\s+–\s+–\s+–\s+two lines and more .*…\s*$/);
  });
});

describe('renderReport', () => {
  it('counts, and gives the first reasons', () => {
    const refused = Array.from({ length: 30 }, (_, index) => ({ recordId: index + 1, reason: 'no atoms' }));
    const one = { cause: 'outside_root' as const, records: 1, examples: [99], reason: 'it lies outside' };
    const names = new Map([[1, 'UCl4-7']]);
    const leftOut = [{ ...one, names: { 99: 'KAWVEG' } }];
    const report = { queued: 5, refused, skipped: [], leftOut, doubts: [], left: 0 };
    const lines = renderReport(report, () => names).split('\n');
    expect(lines[0]).toBe('5 queued, 30 refused, 1 skipped');
    expect(lines[1]).toBe('  record 1 (UCl4-7) refused: no atoms');
    expect(lines).toContainEqual(expect.stringMatching(/… and \d+ more refused/));
    expect(lines.at(-1)).toMatch(
      /left out: 1 have job directories outside the job root: 99 \(KAWVEG\) \(it lies outside\)\. .*--reroot/,
    );
    expect(lines.length).toBeLessThan(30);
  });
});

describe('renderImport', () => {
  it('counts, and names the first bad rows by file and line', () => {
    const bad = Array.from({ length: 40 }, (_, index) => ({
      file: 'a.csv',
      line: index + 2,
      reason: 'no atoms',
    }));
    const lines = renderImport({ ...emptyReport(), imported: 7, duplicates: 2, badCount: 50, bad }).split(
      '\n',
    );
    expect(lines[0]).toBe('7 imported, 2 already known, 50 bad');
    expect(lines[1]).toBe('  a.csv:2: no atoms');
    expect(lines.at(-1)).toBe(`  … and ${50 - (lines.length - 2)} more`);
  });
});

describe('renderTable', () => {
  it('aligns numbers to the right and shows a dash for nothing', () => {
    const text = plain(
      renderTable(
        ['id', 'name'],
        [
          [1, 'a'],
          [100, null],
        ],
        [0],
      ),
    );
    expect(text.split('\n').map((line) => line.trimEnd())).toEqual([' id  name', '  1  a', '100  –']);
  });
});
