import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderTable } from '../../cli/terminal/print.ts';
import { renderProgress } from '../../cli/terminal/progress-line.ts';
import { renderResults } from '../../cli/serve/render-results.ts';
import { renderError } from '../../cli/terminal/report-error.ts';
import { renderReport } from '../../cli/enqueue/run-enqueue.ts';
import { renderImport } from '../../cli/campaign/render-import.ts';
import { emptyReport } from '../../producer/import/import-report.ts';
import { OactError } from '../../core/errors.ts';
import type { StatusCounts } from '../../workflow/reports/count-by-status.ts';

const plain = stripVTControlCharacters;
const counts = (changes: Partial<StatusCounts>): StatusCounts => ({
  to_run: 0,
  running: 0,
  completed: 0,
  failed: 0,
  timeout: 0,
  other: 0,
  total: 24,
  ...changes,
});

describe('renderProgress', () => {
  it.each([
    [
      'at the start',
      counts({ to_run: 24 }),
      counts({ to_run: 20, running: 4 }),
      1,
      '░░░░░░░░░░░░░░░░░░░░░░░░ 0/24 · 0 completed · 4 claimed · 0.0/min · ETA –',
    ],
    [
      'half way',
      counts({ to_run: 24 }),
      counts({ to_run: 8, running: 4, completed: 10, failed: 1, timeout: 1 }),
      24,
      '████████████░░░░░░░░░░░░ 12/24 · 10 completed · 4 claimed · 1 failed · 1 timed out · 30.0/min · ETA 24s',
    ],
    [
      'resumed: the rate counts only what was done since',
      counts({ to_run: 12, completed: 12 }),
      counts({ to_run: 6, completed: 18 }),
      2,
      '██████████████████░░░░░░ 18/24 · 18 completed · 0 claimed · 180/min · ETA 2.0s',
    ],
    [
      'done',
      counts({ to_run: 24 }),
      counts({ completed: 24 }),
      12,
      '████████████████████████ 24/24 · 24 completed · 0 claimed · 120/min · ETA 0.0s',
    ],
    [
      'without records',
      counts({ total: 0 }),
      counts({ total: 0 }),
      0,
      '████████████████████████ 0/0 · 0 completed · 0 claimed · 0.0/min · ETA –',
    ],
  ])('%s', (_, start, now, seconds, line) => {
    expect(plain(renderProgress(start, now, seconds))).toBe(line);
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
      'oact: x is undefined\n      This is a defect of oact; add --debug for where it comes from.',
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
    const skipped = [{ recordId: 99, reason: 'use --reroot' }];
    const lines = renderReport({ queued: 5, refused, skipped, left: 0 }).split('\n');
    expect(lines[0]).toBe('5 queued, 30 refused, 1 skipped');
    expect(lines[1]).toBe('  record 1 refused: no atoms');
    expect(lines).toContainEqual(expect.stringMatching(/… and \d+ more refused/));
    expect(lines.at(-1)).toBe('  record 99 skipped: use --reroot');
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
    expect(lines[0]).toBe('7 imported, 2 known already, 50 bad');
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
