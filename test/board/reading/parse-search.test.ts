import { describe, expect, it } from 'vitest';
import { parseSearch } from '../../../board/reading/parse-search.ts';
import { atomicNumberOf } from '../../../orca/structure/elements.ts';

const known = {
  classes: ['scf_not_converged', 'oom_killed', 'timed_out', 'lost'],
  isElement: (symbol: string): boolean => atomicNumberOf(symbol) !== undefined,
};
const one = (id: number): { from: number; to: number } => ({ from: id, to: id });

describe('the search field understands', () => {
  it.each<[string, object, string[]]>([
    ['17', { ids: [one(17)] }, ['record 17']],
    ['#17', { ids: [one(17)] }, ['record 17']],
    ['c17-a2', { ids: [one(17)] }, ['record 17']],
    ['1-40, 99', { ids: [{ from: 1, to: 40 }, one(99)] }, ['record 1-40, 99']],
    ['5 8 13', { ids: [one(5), one(8), one(13)] }, ['record 5, 8, 13']],
    ['job_118', { origIndexes: [one(118)] }, ['original index 118']],
    ['Am Cl', { elements: ['Am', 'Cl'] }, ['elements Am, Cl']],
    ['U', { elements: ['U'] }, ['elements U']],
    ['No', { elements: ['No'] }, ['elements No']],
    ['UO2F2', { formula: { U: 1, O: 2, F: 2 } }, ['formula UO2F2']],
    ['UF6', { formula: { U: 1, F: 6 } }, ['formula UF6']],
    ['NpCl', { formula: { Np: 1, Cl: 1 } }, ['formula NpCl']],
    ['failed', { statuses: ['failed'] }, ['status failed']],
    ['waiting', { statuses: ['to_run'] }, ['status to run']],
    ['failed timeout', { statuses: ['failed', 'timeout'] }, ['status failed, timeout']],
    ['oom_killed', { classes: ['oom_killed'] }, ['class oom_killed']],
    ['spin', { warnings: ['spin'] }, ['warning spin']],
    [
      'Am failed oom_killed',
      { elements: ['Am'], statuses: ['failed'], classes: ['oom_killed'] },
      ['elements Am', 'status failed', 'class oom_killed'],
    ],
    ['charge:-2 U', { charge: -2, elements: ['U'] }, ['elements U', 'charge -2']],
    ['charge:+2 mult:3', { charge: 2, multiplicity: 3 }, ['charge +2', 'mult 3']],
    ['node:n17 attempts:2', { node: 'n17', attempts: { from: 2, to: 1e9 } }, ['node n17', 'attempts 2']],
    ['fails:0', { failCount: { from: 0, to: 0 } }, ['fails 0']],
    ['element:Pu,Cl', { elements: ['Pu', 'Cl'] }, ['elements Pu, Cl']],
    ['name:UCl4-7', { name: 'UCl4-7' }, ['name UCl4-7']],
    ['error:"out of memory"', { error: 'out of memory' }, ['error out of memory']],
    ['status:completed', { statuses: ['completed'] }, ['status completed']],
  ])('%s', (text, filter, said) => {
    expect(parseSearch(text, known)).toEqual({ filter, said });
  });
});

describe('what is nothing else is words', () => {
  it.each([
    ['SCF', 'SCF'],
    ['not converged', 'not converged'],
    ['out of memory', 'out of memory'],
    ['No space left', 'No space left'],
    ['In progress', 'In progress'],
    ['wave2_mol', 'wave2_mol'],
    ['UCl4-7', 'UCl4-7'],
    ['"failed"', 'failed'],
    ['"Am"', 'Am'],
    ['10-1', '10-1'],
    ['charge:much', 'charge:much'],
    ['constructor:x', 'constructor:x'],
    ['__proto__', '__proto__'],
    ['Ab', 'Ab'],
    ['unknown_class', 'unknown_class'],
    ["'; drop table structures --", "'; drop table structures --"],
  ])('%s', (text, words) => {
    expect(parseSearch(text, known).filter).toEqual({ words });
  });

  it('beside what is understood', () => {
    expect(parseSearch('U oom_killed no memory', known).filter).toEqual({
      elements: ['U'],
      classes: ['oom_killed'],
      words: 'no memory',
    });
  });
});

it('nothing that can be typed breaks it', () => {
  for (const text of [
    '',
    ' ',
    '"',
    '""',
    ':',
    'a:',
    ':b',
    ',,,',
    '-',
    '1-',
    '\0',
    '💥'.repeat(300),
    '9'.repeat(400),
    '#',
  ])
    expect(() => parseSearch(text, known)).not.toThrow();
});
