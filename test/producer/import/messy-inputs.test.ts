import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSource } from '../../../cli/import/open-source.ts';
import { OactError } from '../../../core/errors.ts';
import { importStructures } from '../../../producer/import/import-structures.ts';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';
import { createWorkflow } from '../../../workflow/schema/create-workflow.ts';
import { aDirectory } from './write-file.ts';
import { frames } from './messy-frames.ts';
import { refusedTables } from './messy-refused.ts';
import { type Case, readTables } from './messy-tables.ts';

const tables = [...readTables, ...refusedTables];

async function read(
  { text, flags = {} }: Case,
  file: string,
  isXyz: boolean,
): Promise<Pick<Case, 'stored'> & { bad: string[] }> {
  const dir = aDirectory({});
  const path = join(dir, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  createWorkflow(join(dir, 'workflow.db'));
  const workflow = openWorkflow(join(dir, 'workflow.db'));
  onTestFinished(() => workflow.close());
  const kind = isXyz ? (file.endsWith('.extxyz') ? 'extxyz' : 'xyz') : 'csv';
  const report = await importStructures(workflow, openSource({ ...flags, [kind]: path }).source);
  const stored = workflow.db
    .prepare<[], (string | number | null)[]>(
      'select name, charge, spin, natoms from structures left join oact_names on record_id = id order by id',
    )
    .raw()
    .all();
  return { stored, bad: report.bad.map(({ reason }) => reason) };
}

const matching = (words: RegExp): unknown => expect.stringMatching(words);

/** What came of it: records and bad rows, or the words of the error. */
async function outcomeOf(input: Case, file: string, isXyz: boolean): Promise<unknown> {
  try {
    return await read(input, file, isXyz);
  } catch (error) {
    if (error instanceof OactError) return `${error.message}\n${error.hint}`;
    throw error;
  }
}

describe.each([
  ['table', tables, 'in.csv', false],
  ['XYZ file', frames, 'in.xyz', true],
] as const)('a messy %s', (_kind, cases, defaultFile, isXyz) => {
  test.each(cases)('$what', async (input) => {
    const { stored = [], refused = [], error } = input;
    const bad = refused.map(matching);
    const expected: unknown = error === undefined ? { stored, bad } : matching(error);
    expect(await outcomeOf(input, input.file ?? defaultFile, isXyz)).toEqual(expected);
  });
});

test('there are at least 60 of them', () => {
  expect(tables.length + frames.length).toBeGreaterThanOrEqual(60);
});
