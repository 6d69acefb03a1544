import { execFile } from 'node:child_process';
import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import type { CsvOptions } from '../../../producer/sources/read-csv.ts';
import type { ImportReport } from '../../../producer/import/import-report.ts';
import { importStructures } from '../../../producer/import/import-structures.ts';
import { readCsv } from '../../../producer/sources/read-csv.ts';
import { readXyz } from '../../../producer/sources/read-xyz.ts';
import { countByStatus } from '../../../workflow/reports/count-by-status.ts';
import { createWorkflow } from '../../../workflow/schema/create-workflow.ts';
import type { ExtraColumn } from '../../../workflow/schema/extra-columns.ts';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { aDirectory, aFile } from './write-file.ts';

const generated = join(findPackageRoot(), '..', 'shared', 'data', 'structures', 'generated', 'actinides.csv');
const columns: CsvOptions = { multiplicityColumn: 'spin' };

function anEmptyWorkflow(extraColumns: ExtraColumn[] = []): Workflow {
  const path = join(aDirectory({}), 'workflow.db');
  createWorkflow(path, { extraColumns });
  const workflow = openWorkflow(path);
  onTestFinished(() => workflow.close());
  return workflow;
}

function listRows(workflow: Workflow, names: string): unknown[] {
  return workflow.db.prepare(`select ${names} from structures order by id`).raw().all();
}

const cellOf = (distance: number): string => `"U 0 0 0\nO 0 0 ${distance}",2,1`;
const tableOf = (...rows: string[]): string =>
  aFile('in.csv', `aligned_csd_core,charge,spin\n${rows.join('\n')}\n`);

describe('importStructures', () => {
  test('stores what the row says, elements and natoms from its geometry', async () => {
    const geometries = ['2\n\nam 0 0 0\nO 0 0 1.8D+00', 'U 0 0 0\nO 0 0 1.8\nO 0 0 -1.8'];
    const text = `aligned_csd_core,charge,spin\n"${geometries.join('",2,2\n"')}",2,1\n`;
    const workflow = anEmptyWorkflow();
    const report = await importStructures(workflow, readCsv(aFile('in.csv', text), columns));
    expect(report).toMatchObject({ imported: 2, duplicates: 0, badCount: 0, bad: [] });
    expect(listRows(workflow, 'id, orig_index, elements, natoms, status, charge, spin, geometry')).toEqual([
      [1, 0, 'Am;O', 2, 'to_run', 2, 2, geometries[0]],
      [2, 1, 'U;O;O', 3, 'to_run', 2, 1, geometries[1]],
    ]);
    expect(listRows(workflow, 'fail_count, job_dir, error_message, worker_id')[0]).toEqual([
      0,
      null,
      null,
      null,
    ]);
    expect(listRows(workflow, 'created_at = updated_at, created_at')[0]).toEqual([
      1,
      expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    ]);
  });

  test('numbers by record id where directories are named after it, so that job_{orig_index} is the same directory', async () => {
    const workflow = anEmptyWorkflow();
    const into = (file: string, hasOwnDirs = true) =>
      importStructures(workflow, readCsv(file, columns), { hasOwnDirs });
    await into(tableOf(cellOf(1.7), '"nothing",2,1', cellOf(1.8)));
    await into(tableOf(cellOf(1.9), cellOf(1.7), cellOf(2)));
    workflow.db.exec('delete from structures where id = 4');
    await into(tableOf(cellOf(2.1)));
    expect(listRows(workflow, 'id, orig_index')).toEqual([1, 2, 3, 5].map((id) => [id, id]));
    // Records that are numbered otherwise go on as they began.
    workflow.db.exec('update structures set orig_index = id + 10');
    await into(tableOf(cellOf(2.2)));
    expect(listRows(workflow, 'orig_index').at(-1)).toEqual([16]);
  });

  test('fills user columns', async () => {
    const extraColumns: ExtraColumn[] = [{ name: 'metal', type: 'TEXT' }];
    const workflow = anEmptyWorkflow(extraColumns);
    const file = aFile('in.csv', 'metal,aligned_csd_core,multiplicity\nU,U 0 0 0,1\n,H 0 0 0,2\n');
    await importStructures(workflow, readCsv(file, { extraColumns, charge: 0 }));
    expect(listRows(workflow, 'metal')).toEqual([['U'], [null]]);
  });

  test('refuses user columns that the database does not have', async () => {
    const file = aFile('in.csv', 'metal,aligned_csd_core\nU,U 0 0 0\n');
    const extraColumns: ExtraColumn[] = [{ name: 'metal', type: 'TEXT' }];
    const source = readCsv(file, { extraColumns, charge: 0, multiplicity: 1 });
    await expect(importStructures(anEmptyWorkflow(), source)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/has no column metal/),
    });
  });

  test('a second time adds nothing, and then only what is new', async () => {
    const workflow = anEmptyWorkflow();
    const text = 'aligned_csd_core,charge,spin\nH 0 0 0,0,2\nLi 0 0 0,0,2\nHe 0 0 0,0,1\n';
    const source = readCsv(aFile('in.csv', text), columns);
    expect(await importStructures(workflow, source)).toMatchObject({ imported: 3, duplicates: 0 });
    expect(await importStructures(workflow, source)).toMatchObject({ imported: 0, duplicates: 3 });
    const longer = `${text.replaceAll('\n', '\r\n')}Na 0 0 0,0,2\r\n`;
    const again = readCsv(aFile('other.csv', longer), columns);
    expect(await importStructures(workflow, again)).toMatchObject({ imported: 1, duplicates: 3 });
    expect(countByStatus(workflow).total).toBe(4);
  });

  test('a second time into a database that the existing system filled adds nothing', async () => {
    const workflow = anEmptyWorkflow();
    workflow.db.exec(`insert into structures (orig_index, elements, natoms, status, charge, spin, geometry)
      values (0, 'H', 1, 'completed', 0, 2, 'H 0 0 0')`);
    const file = aFile('in.csv', 'aligned_csd_core,charge,spin\nH 0 0 0,0,2\nHe 0 0 0,0,1\n');
    const report = await importStructures(workflow, readCsv(file, columns));
    expect(report).toMatchObject({ imported: 1, duplicates: 1 });
  });

  test('XYZ files get the numbers after all others, and are known when more come', async () => {
    const dir = aDirectory({
      'a.xyz': '1\n0 2\nH 0 0 0\n',
      'b.xyz': '1\n0 2\nH 0 0 0\n',
      '0.xyz': '1\n0 1\nHe 0 0 0\n',
    });
    const workflow = anEmptyWorkflow();
    const importFiles = (names: string[]): Promise<unknown> =>
      importStructures(workflow, readXyz(names.map((name) => join(dir, name))));
    expect(await importFiles(['a.xyz', 'b.xyz'])).toMatchObject({ imported: 2 });
    expect(await importFiles(['0.xyz', 'a.xyz', 'b.xyz'])).toMatchObject({ imported: 1, duplicates: 2 });
    expect(listRows(workflow, 'orig_index, elements')).toEqual([
      [0, 'H'],
      [1, 'H'],
      [2, 'He'],
    ]);
  });

  test('of nothing is an error', async () => {
    const source = readCsv(aFile('in.csv', 'aligned_csd_core,charge,multiplicity\n'));
    await expect(importStructures(anEmptyWorkflow(), source)).rejects.toMatchObject({ code: 'IMPORT_EMPTY' });
  });

  test.skipIf(!existsSync(generated))('519 real complexes', async () => {
    const workflow = anEmptyWorkflow();
    const report = await importStructures(workflow, readCsv(generated, columns), { strict: true });
    expect(report).toMatchObject({ imported: 519, badCount: 0 });
    expect(listRows(workflow, 'min(natoms), max(natoms), min(charge), max(charge), max(spin)')).toEqual([
      [3, 41, -3, 4, 8],
    ]);
  });
});

describe('bad rows', () => {
  const text =
    'aligned_csd_core,charge,spin\n"2\nname\nAm 0 0 0\nO 0 0 1.8",3,5\nQq 0 0 0,0,1\n,0,1\nH 0 0 0,0,2\nH 0 0 0,x,2\n';
  const bad = [
    { line: 6, reason: "geometry line 1: 'Qq' is not an element" },
    { line: 7, reason: 'the geometry has no atoms: the text is blank' },
    { line: 9, reason: "the charge 'x' is not a whole number" },
  ];

  test('are reported with line and reason and skipped', async () => {
    const workflow = anEmptyWorkflow();
    const report = await importStructures(workflow, readCsv(aFile('in.csv', text), columns));
    expect(report).toMatchObject({ imported: 2, badCount: 3, bad });
    expect(listRows(workflow, 'orig_index')).toEqual([[0], [3]]);
  });

  test('refuse everything when strict', async () => {
    const workflow = anEmptyWorkflow();
    const source = readCsv(aFile('in.csv', text), columns);
    await expect(importStructures(workflow, source, { strict: true })).rejects.toMatchObject({
      code: 'IMPORT_ROW_INVALID',
      message: expect.stringMatching(
        /^3 rows are bad, nothing was imported\n.*in\.csv:6: .*Qq.*\n.*:7: .*\n.*:9: .*$/,
      ),
    });
    expect(countByStatus(workflow).total).toBe(0);
  });

  test('are all counted, the first thousand kept', async () => {
    const rows = Array.from({ length: 1500 }, (_, index) => (index === 1499 ? 'H 0 0 0' : 'Qq 0 0 0'));
    const source = readCsv(aFile('in.csv', `aligned_csd_core\n${rows.join('\n')}\n`), {
      charge: 0,
      multiplicity: 2,
    });
    const report = await importStructures(anEmptyWorkflow(), source);
    expect(report).toMatchObject({ imported: 1, badCount: 1499, bad: { length: 1000 } });
  });
});

test('100,000 rows go in with a heap too small to hold them', async () => {
  const count = 100_000;
  const csv = writeLargeCsv(count);
  const path = join(aDirectory({}), 'workflow.db');
  const program = fileURLToPath(new URL('programs/import-csv.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--max-old-space-size=64',
    program,
    path,
    csv,
  ]);
  const { report, fractions, largestMegabytes }: ImportRun = JSON.parse(stdout);
  // 64 MB of heap, SQLite's cache and Node itself; the text of the table alone is more.
  expect(largestMegabytes).toBeLessThan(200);
  expect(report).toMatchObject({ imported: count, duplicates: 0, badCount: 0, bad: [] });
  expect(fractions.length).toBeGreaterThanOrEqual(100);
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  expect(fractions.at(-1)).toBe(1);
}, 180_000);

/** What programs/import-csv.mjs prints. */
type ImportRun = { report: ImportReport; fractions: number[]; largestMegabytes: number };

/** A CSV of distinct 5-atom structures. */
function writeLargeCsv(count: number): string {
  const file = aFile('large.csv', 'aligned_csd_core,charge,spin\n');
  const atoms = Array.from({ length: 4 }, (_, index) => `O     1.234567    -2.345678     ${index}.000000`);
  const descriptor = openSync(file, 'a');
  for (let start = 0; start < count; start += 1000) {
    const rows = Array.from({ length: 1000 }, (_, index) => {
      return `"5\nname_${start + index}\nU     0.000000     0.000000     ${start + index}.5\n${atoms.join('\n')}",2,1\n`;
    });
    writeSync(descriptor, rows.join(''));
  }
  closeSync(descriptor);
  return file;
}
