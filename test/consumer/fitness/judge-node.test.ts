import { describe, expect, it } from 'vitest';
import {
  judgeProbe,
  judgeScratch,
  judgeSkew,
  judgeWriteError,
  measureSkewMs,
  type ProbeEnd,
} from '../../../consumer/fitness/judge-node.ts';

const ended = (changes: Partial<ProbeEnd>): ProbeEnd => ({
  spawnError: null,
  exitCode: 1,
  signal: null,
  timedOut: false,
  text: 'This program requires the name of a parameter file as argument\nFor example: orca job.inp',
  ...changes,
});

describe('judgeProbe', () => {
  const missing = 'orca: error while loading shared libraries: libmpi.so.40: cannot open shared object file';
  it.each<[string, Partial<ProbeEnd>, 'fit' | 'doubtful' | 'unfit']>([
    ['ORCA', {}, 'fit'],
    ['any program that ends well', { exitCode: 0, text: '' }, 'fit'],
    ['any program that fails', { exitCode: 2, text: 'grep: no such file' }, 'fit'],
    ['a program that does not end', { exitCode: null, signal: 'SIGKILL', timedOut: true }, 'doubtful'],
    ['one that dies of our own signal', { exitCode: null, signal: 'SIGSEGV', timedOut: true }, 'doubtful'],
    ['a path that leads nowhere', { spawnError: 'ENOENT', exitCode: null }, 'unfit'],
    ['a program without the right to run', { spawnError: 'EACCES', exitCode: null }, 'unfit'],
    ['a failure nobody has heard of', { spawnError: 'EMFILE', exitCode: null }, 'unfit'],
    ['a missing library', { exitCode: 127, text: missing }, 'unfit'],
    [
      'a missing library behind a wrapper that ends well',
      { exitCode: 0, text: `hello\n${missing}` },
      'unfit',
    ],
    ['an old libc', { text: "/lib64/libc.so.6: version `GLIBC_2.34' not found" }, 'unfit'],
    ['a program of another machine', { exitCode: 126, text: 'cannot execute binary file' }, 'unfit'],
    ['a shell that reads a program of another machine', { exitCode: 2, text: 'Syntax error: ")"' }, 'unfit'],
    ['exit code 127 alone', { exitCode: 127, text: '' }, 'unfit'],
    ['an illegal instruction', { exitCode: null, signal: 'SIGILL', text: '' }, 'unfit'],
    ['the same behind a wrapper', { exitCode: 132, text: '' }, 'unfit'],
    ['a bus error', { exitCode: null, signal: 'SIGBUS', text: '' }, 'unfit'],
    ['a program that somebody killed', { exitCode: null, signal: 'SIGTERM', text: '' }, 'fit'],
  ])('%s', (_, end, kind) => {
    expect(judgeProbe('/opt/orca', ended(end)).kind).toBe(kind);
  });

  it("shows the loader's own words", () => {
    expect(judgeProbe('/opt/orca', ended({ text: missing }))).toMatchObject({
      message: `ORCA (/opt/orca) does not start: ${missing}`,
    });
  });
});

describe('judgeScratch', () => {
  it.each([
    [0, 'unfit'],
    [63, 'unfit'],
    [64, 'doubtful'],
    [1023, 'doubtful'],
    [1024, 'fit'],
  ])('%d MB free: %s', (megabytes, kind) => {
    expect(judgeScratch('/tmp', megabytes * 2 ** 20).kind).toBe(kind);
  });
});

describe('judgeWriteError', () => {
  it.each([
    ['ENOSPC', 'the job root /jobs cannot be written: no space left (ENOSPC)'],
    ['EDQUOT', 'the job root /jobs cannot be written: the quota is exceeded (EDQUOT)'],
    ['EFBIG', 'the job root /jobs cannot be written: files may not become larger than a limit (EFBIG)'],
    ['EROFS', 'the job root /jobs cannot be written: its file system is read-only (EROFS)'],
    ['ESTALE', 'the job root /jobs cannot be written: its file system is no longer mounted (ESTALE)'],
    ['EXDEV', 'the job root /jobs cannot be written: EXDEV'],
  ])('%s', (code, message) => {
    expect(judgeWriteError('job root', '/jobs', code)).toMatchObject({ kind: 'unfit', message });
  });
});

describe('a clock', () => {
  const now = 1_795_000_000_000;
  it.each([
    // Redis's clock, relative to the question; ms until the answer; skew
    [5, 10, 0],
    [0, 0, 0],
    [-40_000, 10, 40_000],
    [40_010, 10, -40_000],
    // A slow answer proves nothing.
    [60_000, 61_000, 0],
  ])('that reads %d ms, answered within %d ms, is off by %d', (other, answeredMs, skew) => {
    expect(measureSkewMs(now + other, now, now + answeredMs)).toBe(skew);
  });

  it('that is not told is not judged', () => {
    expect(measureSkewMs(0, now, now)).toBe(0);
  });

  it.each([
    [0, /^$/],
    [30_000, /^$/],
    [31_000, /31 s ahead of that of Redis/],
    [-120_000, /120 s behind that of Redis/],
  ])('%d ms off', (skewMs, message) => {
    const finding = judgeSkew(skewMs);
    expect(finding.kind === 'fit' ? '' : finding.message).toMatch(message);
    expect(finding.kind).not.toBe('unfit');
  });
});
