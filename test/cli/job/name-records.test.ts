import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { recordsOf } from '../../../cli/job/name-records.ts';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';
import { keepNames } from '../../../workflow/names/keep-names.ts';
import { insertStructures } from '../../../workflow/records/insert-structures.ts';
import { createWorkflow } from '../../../workflow/schema/create-workflow.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { aStructure } from '../../workflow/sample-workflow.ts';

const one = (id: number) => ({ from: id, to: id });

describe('records as a user names them', () => {
  let command: Command;
  beforeEach(() => {
    const { dir, remove } = makeCampaignDir();
    onTestFinished(remove);
    const path = join(dir, 'workflow.db');
    createWorkflow(path);
    const workflow = openWorkflow(path);
    insertStructures(
      workflow,
      Array.from({ length: 5 }, (_, index) => aStructure(index)),
    );
    const names = ['UCl4-7', '1001', '3', 'twin', 'twin'];
    keepNames(
      workflow,
      names.map((name, index) => ({ recordId: index + 1, name, key: null, source: null })),
    );
    workflow.close();
    writeFileSync(join(dir, 'oact.yaml'), `campaign: '${workflow.campaignId}'\ndatabase: workflow.db\n`);
    command = new Command().option('-C, --directory <dir>').parse(['-C', dir], { from: 'user' });
  });

  it.each([
    [['UCl4-7'], [one(1)]],
    [
      ['ucl4-7', '2'],
      [one(1), one(2)],
    ],
    [['1001'], [one(2)]],
    [['3'], [one(3)]],
    [
      ['2-4', '1,5'],
      [{ from: 2, to: 4 }, one(1), one(5)],
    ],
    // The command says itself that there is none.
    [['99'], [one(99)]],
    [[], []],
  ])('%j', (words, ranges) => {
    expect(recordsOf(command, words)).toEqual(ranges);
  });

  it.each([
    ['nobody', 'RECORD_NOT_FOUND'],
    ['twin', 'USAGE'],
  ])('%s is refused', (word, code) => {
    expect(() => recordsOf(command, [word])).toThrow(expect.objectContaining({ code }));
  });
});
