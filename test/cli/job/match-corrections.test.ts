import { beforeEach, describe, expect, it } from 'vitest';
import { matchCorrections } from '../../../cli/steer/correct/match-corrections.ts';
import { parseCorrections } from '../../../producer/steering/read-corrections.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { keepNames } from '../../../workflow/names/keep-names.ts';
import { aWorkflow } from '../../workflow/sample-workflow.ts';

describe('the records of a table of corrections', () => {
  let workflow: Workflow;
  beforeEach(() => {
    workflow = aWorkflow(5);
    const names = ['UCl4-7', '1001', '4', 'twin', 'twin'];
    keepNames(
      workflow,
      names.map((name, index) => ({ recordId: index + 1, name, key: null, source: null })),
    );
  });
  const match = (text: string): number[] => {
    const { rows } = parseCorrections(text, 't.csv');
    return [...matchCorrections(workflow, rows, 't.csv').keys()];
  };

  it.each([
    ['ids', 'id,charge\n2,1\n1,1', [2, 1]],
    ['names', 'name,charge\nUCl4-7,1\n4,1', [1, 3]],
    ['names in another letter case', 'REFCODE,charge\nucl4-7,1', [1]],
    ['names in the column id', 'id,charge\nUCl4-7,1\n1001,1', [1, 2]],
    ['ids beside names', 'id,name,charge\n1,UCl4-7,1\n4,twin,1\n5,,1', [1, 4, 5]],
  ])('%s', (_, text, ids) => {
    expect(match(text)).toEqual(ids);
  });

  it.each([
    ['an unknown id', 'id,charge\n1,1\n99,1', /t\.csv:3: .*no record with the id or name 99/],
    ['an unknown name', 'name,charge\nUCl5,1', /t\.csv:2: no record is called 'UCl5'/],
    ['an id in the column of names', 'name,charge\n2,1', /t\.csv:2: no record is called '2'/],
    [
      'a name of two',
      'name,charge\ntwin,1',
      /t\.csv:2: 2 records are called 'twin': 4, 5; add the column 'id'/,
    ],
    [
      'an id that is the name of another',
      'id,charge\n4,1',
      /'4' is the id of record 4 and the name of record 3/,
    ],
    [
      'a name that is not the one of the id',
      'id,name,charge\n1,UF6,1',
      /record 1 is called 'UCl4-7', not 'UF6'/,
    ],
    [
      'a record twice, by id and by name',
      'id,charge\n1,1\nUCl4-7,2',
      /t\.csv:3: record 1 is already in line 2/,
    ],
  ])('%s is refused', (_, text, words) => {
    expect(() => match(text)).toThrow(words);
  });
});
