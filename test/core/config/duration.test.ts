import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../../core/config/duration.ts';
import { catchError } from '../../workflow/expect-error.ts';

describe('parseDuration', () => {
  it.each([
    ['45', 45],
    ['0', 0],
    ['1.5', 1.5],
    ['90s', 90],
    ['90m', 5400],
    ['1h30m', 5400],
    ['1h 30m', 5400],
    ['1.5H', 5400],
    ['2d', 172_800],
    ['1d2h3m4s', 93_784],
    ['30:00', 1800],
    ['20:00:00', 72_000],
    ['120:00:00', 432_000],
    ['1-02:03:04', 93_784],
    // Slurm's own forms with days, so that a walltime can be copied from a script.
    ['1-02:03', 93_780],
    ['1-02', 93_600],
    [' 10m ', 600],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each(['', 'soon', '10 minutes', '-5', '1:2:3:4', '10x', 'h', '1e3', '-1-00:00:00'])(
    "refuses '%s' and says what to write",
    (text) => {
      const error = catchError(() => parseDuration(text));
      expect(error).toMatchObject({ code: 'USAGE', exitCode: 2 });
      expect(error.message).toContain(`'${text}'`);
      expect(error.hint).toContain('HH:MM:SS');
    },
  );
});

describe('formatDuration', () => {
  it.each([
    [0, '0.0s'],
    [9.34, '9.3s'],
    [42.4, '42s'],
    [59.7, '1m00s'],
    [252, '4m12s'],
    [3599.6, '1h00m'],
    [3900, '1h05m'],
    [86_399.7, '1d00h'],
    [97_200, '1d03h'],
  ])('%d seconds read %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
