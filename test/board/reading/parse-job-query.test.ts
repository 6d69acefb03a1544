import { describe, expect, it } from 'vitest';
import { addressOf, parseJobQuery, searchFields } from '../../../board/reading/parse-job-query.ts';

const ask = (text: Record<string, string>): ReturnType<typeof parseJobQuery> =>
  parseJobQuery((field) => text[field]);

describe('the one field for everything', () => {
  it.each([
    ['17', { ids: [{ from: 17, to: 17 }] }],
    ['#17', { ids: [{ from: 17, to: 17 }] }],
    [
      '1-10, 17',
      {
        ids: [
          { from: 1, to: 10 },
          { from: 17, to: 17 },
        ],
      },
    ],
    ['UO2F2', { formula: { U: 1, O: 2, F: 2 } }],
    ['U', { elements: ['U'] }],
    ['Np', { elements: ['Np'] }],
    ['SCF', { words: 'SCF' }],
    ['out of memory', { words: 'out of memory' }],
    ['10-1', { words: '10-1' }],
    ["'; drop table structures --", { words: "'; drop table structures --" }],
  ])('%s', (q, expected) => {
    expect(ask({ q }).filter).toMatchObject(expected);
  });
});

it('the filters of the form', () => {
  const query = ask({
    status: 'failed',
    class: 'oom_killed',
    warning: 'unstable',
    node: 'n1',
    formula: 'H2O',
    element: 'U, Cl',
    error: 'memory',
    orig: '3-5',
    attempts: '2',
    sort: 'energy',
    dir: 'desc',
    page: '3',
  });
  expect(query).toMatchObject({
    filter: {
      statuses: ['failed'],
      classes: ['oom_killed'],
      warnings: ['unstable'],
      node: 'n1',
      formula: { H: 2, O: 1 },
      elements: ['U', 'Cl'],
      error: 'memory',
      origIndexes: [{ from: 3, to: 5 }],
      attempts: { from: 2 },
    },
    sort: { by: 'energy', descending: true },
    page: 3,
    doubts: [],
  });
});

it('what cannot be understood is named and narrows nothing', () => {
  const { filter, doubts, sort, page } = ask({
    formula: 'xx',
    orig: 'a-b',
    attempts: '-1',
    sort: 'geometry',
    page: 'NaN',
  });
  expect(doubts).toHaveLength(3);
  expect(Object.values(filter).every((value) => value === null)).toBe(true);
  expect(sort).toEqual({ by: 'id', descending: false });
  expect(page).toBe(1);
});

it('an address can hold anything', () => {
  for (const value of [
    '',
    ' ',
    '\0',
    '%',
    '💥'.repeat(500),
    '9'.repeat(400),
    '-',
    ',,,',
    '__proto__',
    '1-',
    '0',
  ])
    for (const field of searchFields) expect(() => ask({ [field]: value })).not.toThrow();
});

it('links keep what was asked and change one thing', () => {
  const { text } = ask({ q: 'UO2', status: 'failed', page: '4', unknown: 'x' });
  expect(addressOf(text, { sort: 'ended', page: undefined })).toBe('/jobs?q=UO2&status=failed&sort=ended');
  expect(addressOf({}, {})).toBe('/jobs');
});
