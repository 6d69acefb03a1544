import { expect, test } from 'vitest';
import { judgeGrowth, type Sample } from '../../../tools/soak/judge-growth.ts';

const samplesOf = (values: readonly (number | null)[]): Sample[] =>
  values.map((value, at) => ({ at, figures: value === null ? { other: 1 } : { memory: value, other: 1 } }));
const judge = (values: readonly (number | null)[]) =>
  judgeGrowth(samplesOf(values), () => ({ share: 0.1, plus: 5 })).find(({ name }) => name === 'memory');

test.each<[string, (number | null)[], boolean | undefined]>([
  ['the same all the time', [80, 80, 80, 80, 80, 80, 80, 80], false],
  ['a warm-up in the first quarter', [20, 60, 80, 80, 80, 80, 80, 80], false],
  ['within what is allowed', [80, 80, 80, 80, 85, 90, 93, 92], false],
  ['more than that', [80, 80, 80, 80, 90, 100, 110, 112], true],
  ['one sample in a busy moment', [80, 80, 80, 80, 80, 80, 300, 80, 80, 80, 80, 80], false],
  ['a process that came late', [null, null, null, null, 80, 80, 80, 80], undefined],
])('%s', (_, values, isTooMuch) => {
  expect(judge(values)?.isTooMuch).toBe(isTooMuch);
});

test('too few samples say nothing', () => {
  expect(judge([1, 2, 3])).toBeUndefined();
});
