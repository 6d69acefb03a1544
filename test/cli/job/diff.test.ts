import { describe, expect, it } from 'vitest';
import { compareJobs, type JobSide } from '../../../cli/job/diff/compare-jobs.ts';
import { changesOf, diffLines } from '../../../cli/job/diff/diff-lines.ts';
import { renderDifference } from '../../../cli/job/diff/run-job-diff.ts';
import { noResults } from '../../workflow/no-results.ts';

const signs = (first: string, second: string): string =>
  diffLines(first.split(''), second.split(''))
    .map(({ sign, text }) => `${sign === ' ' ? '' : sign}${text}`)
    .join(' ');

describe('diffLines', () => {
  it.each([
    ['abc', 'abc', 'a b c'],
    ['abc', 'axc', 'a -b +x c'],
    ['', 'ab', '+a +b'],
    ['ab', '', '-a -b'],
    ['abcabba', 'cbabac', '-a -b c -a b +a b a +c'],
    ['', '', ''],
  ])('%s → %s', (first, second, lines) => {
    expect(signs(first, second)).toBe(lines);
  });

  it('shows changes with the lines around them', () => {
    expect(changesOf(diffLines('abcdefgh'.split(''), 'aXcdefgY'.split('')))).toEqual([
      '  a',
      '- b',
      '+ X',
      '  c',
      '…',
      '  g',
      '- h',
      '+ Y',
    ]);
    expect(changesOf(diffLines(['a'], ['a']))).toEqual([]);
  });
});

const side = (id: number, record: Partial<JobSide['record']>, input: string | null): JobSide => ({
  record: {
    ...noResults,
    maxForces: null,
    ranks: null,
    id,
    origIndex: null,
    name: null,
    source: null,
    elements: 'U;O;O',
    status: 'completed',
    failCount: 0,
    charge: 2,
    multiplicity: 1,
    jobDir: null,
    errorMessage: null,
    attempts: [],
    ...record,
  },
  attempt: undefined,
  input,
  inputError: input === null ? 'no geometry' : null,
});

describe('job diff', () => {
  it('shows what differs and names what does not', () => {
    const difference = compareJobs(
      side(1, { name: 'a' }, '! PBE\n* xyz 2 1'),
      side(2, { charge: 1 }, '! PBE\n* xyz 1 1'),
    );
    expect(difference).toMatchObject({
      titles: ['1 a', '2'],
      fields: [{ field: 'charge', first: '2', second: '1' }],
      input: ['  ! PBE', '- * xyz 2 1', '+ * xyz 1 1'],
    });
    const text = renderDifference(difference);
    expect(text).toMatch(/^charge +2 +1$/m);
    expect(text).toMatch(/^the same: status, elements, multiplicity/m);
  });

  it('says so where nothing differs, or an input cannot be made', () => {
    expect(renderDifference(compareJobs(side(1, {}, 'x'), side(1, {}, 'x')))).toMatch(
      /do not differ[^]*inputs are the same/,
    );
    expect(renderDifference(compareJobs(side(1, {}, null), side(2, {}, 'x')))).toContain(
      'no input to compare: no geometry',
    );
  });
});
