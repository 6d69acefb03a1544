import { expect, it } from 'vitest';
import { judgeSilence, noSilence } from '../../../consumer/progress/judge-silence.ts';

const stallMs = 600_000;

/** One look per minute. @returns whether it stalled, look by look */
function look(...looks: { grown?: boolean; cpu?: number }[]): boolean[] {
  let silence = noSilence;
  return looks.map(({ grown, cpu }) => {
    silence = judgeSilence(
      silence,
      { elapsedMs: 60_000, hasGrown: grown === true, cpuSeconds: cpu },
      stallMs,
    );
    return silence.isStalled;
  });
}

const minutes = (count: number, cpu: (minute: number) => number | undefined): { cpu?: number }[] =>
  Array.from({ length: count }, (_, minute) => {
    const seconds = cpu(minute + 1);
    return seconds === undefined ? {} : { cpu: seconds };
  });

it.each<[string, { grown?: boolean; cpu?: number }[], boolean]>([
  ['nothing for less than the limit', minutes(10, () => 5), false],
  ['nothing for the limit', minutes(11, () => 5), true],
  ['a long module: no output, but CPU', minutes(60, (minute) => 8 * 60 * minute), false],
  ['a slow disk: a twentieth of a core', minutes(60, (minute) => 3 * minute), false],
  ['mpirun that only waits: a thousandth of a core', minutes(60, (minute) => 0.06 * minute), true],
  ['output, but no CPU that we see', [...minutes(10, () => 5), { grown: true, cpu: 5 }], false],
  ['and silence again', [...minutes(10, () => 5), { grown: true, cpu: 5 }, ...minutes(11, () => 5)], true],
  ['CPU in the last minute', [...minutes(10, () => 5), { cpu: 65 }], false],
  ['ranks that ended, and nothing since', [{ cpu: 9000 }, { cpu: 9000 }, ...minutes(10, () => 2)], true],
  [
    'ranks that ended, and new ones',
    [{ cpu: 9000 }, { cpu: 2 }, ...minutes(20, (minute) => 60 * minute)],
    false,
  ],
  ['CPU cannot be measured', minutes(60, () => undefined), false],
  ['measured now and then', [{ cpu: 5 }, ...minutes(9, () => undefined), { cpu: 5 }], true],
  ['at work since the measurement', [{ cpu: 5 }, ...minutes(9, () => undefined), { cpu: 500 }], false],
])('%s', (_what, looks, isStalled) => {
  expect(look(...looks).at(-1)).toBe(isStalled);
});

it('a stall lasts, and ends with the first line or the first second of CPU', () => {
  const stalled = minutes(12, () => 5);
  expect(look(...stalled, { cpu: 5 }, {}).slice(-3)).toEqual([true, true, true]);
  expect(look(...stalled, { grown: true }).at(-1)).toBe(false);
  expect(look(...stalled, { cpu: 30 }).at(-1)).toBe(false);
});
