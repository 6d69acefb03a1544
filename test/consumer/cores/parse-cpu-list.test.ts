import { describe, expect, it } from 'vitest';
import { formatCpuList, parseCpuList } from '../../../consumer/cores/parse-cpu-list.ts';

describe('parseCpuList', () => {
  it.each([
    ['0-3,8,10-11', [0, 1, 2, 3, 8, 10, 11]],
    ['5', [5]],
    ['0-0', [0]],
    ['8,0-2', [0, 1, 2, 8]],
    ['0-2,1-3', [0, 1, 2, 3]],
    ['0-1, 4-5\n', [0, 1, 4, 5]],
    ['', []],
    ['\n', []],
    ['all', []],
  ])('%j', (text, cpus) => {
    expect(parseCpuList(text)).toEqual(cpus);
  });
});

describe('formatCpuList', () => {
  it.each([
    [[0, 1, 2, 8], '0-2,8'],
    [[7], '7'],
    [[0, 2, 4], '0,2,4'],
    [[0, 1, 2, 3, 48, 49, 50, 51], '0-3,48-51'],
    [[], ''],
  ])('%j', (cpus, text) => {
    expect(formatCpuList(cpus)).toBe(text);
    expect(parseCpuList(text)).toEqual(cpus);
  });
});
