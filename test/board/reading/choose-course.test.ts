import { describe, expect, it } from 'vitest';
import { chooseCourse } from '../../../board/reading/choose-course.ts';

const until = new Date('2026-03-10T12:00:01Z');
const ago = (seconds: number): Date => new Date(until.getTime() - seconds * 1000);

describe('chooseCourse', () => {
  it.each([
    ['nothing has ended yet', null, 6, 10],
    ['a minute', 60, 7, 10],
    ['ten minutes', 600, 21, 30],
    ['an hour', 3600, 13, 300],
    ['ten hours', 36_000, 21, 1800],
    ['three days', 259_200, 25, 10_800],
    ['four weeks', 28 * 86_400, 29, 86_400],
    ['half a year', 182 * 86_400, 27, 604_800],
    ['five years', 1825 * 86_400, 30, 604_800],
  ])('%s', (_what, age, count, seconds) => {
    expect(chooseCourse(age === null ? null : ago(age), until)).toMatchObject({ count, seconds });
  });

  it('begins with the piece of the first end and ends with the piece of the last', () => {
    for (const age of [0, 61, 5000, 90_000]) {
      const { to, count, seconds } = chooseCourse(ago(age), until);
      expect(to.getTime()).toBeGreaterThan(until.getTime());
      expect(to.getTime() - until.getTime()).toBeLessThanOrEqual(seconds * 1000);
      expect(to.getTime() - count * seconds * 1000).toBeLessThanOrEqual(ago(age).getTime());
    }
  });

  it('is not confused by clocks that disagree', () => {
    expect(chooseCourse(new Date(until.getTime() + 5000), until)).toMatchObject({ count: 6, seconds: 10 });
  });
});
