import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { importStructures } from '../../../producer/import/import-structures.ts';
import { type CsvOptions, readCsv } from '../../../producer/sources/read-csv.ts';
import { readXyz } from '../../../producer/sources/read-xyz.ts';
import { OactError } from '../../../core/errors.ts';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';
import { createWorkflow } from '../../../workflow/schema/create-workflow.ts';
import { aDirectory } from './write-file.ts';

/** A small generator (mulberry32): the same cases at each run, so that a failure can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Helium atoms in a row. */
const atomsOf = (count: number): string =>
  Array.from({ length: count }, (_, index) => `He 0 0 ${index * 3}`).join('\n');

const blanks = ['', 'nan', 'NA', 'None', 'null', ' '];

/**
 * No import path leads to a record whose charge or multiplicity was not written in its source or given by a flag. Each structure has
 * its own number of atoms, by which its record is found again.
 */
test.each(['csv', 'xyz', 'extxyz'] as const)('%s: nothing is guessed', async (kind) => {
  const next = random(4711);
  const pick = <T>(first: T, ...others: T[]): T =>
    [first, ...others][Math.floor(next() * (others.length + 1))] ?? first;
  const dir = aDirectory({});
  let stored = 0;
  for (let round = 0; round < 40; round += 1) {
    // A structure of n helium atoms fits an even charge and an odd multiplicity; others are refused as such.
    const rows = Array.from({ length: 8 }, (_, index) => ({
      atoms: index + 3,
      charge: pick('0', '2', '-2', '1', pick('', ...blanks)),
      multiplicity: pick('1', '3', '2', pick('', ...blanks)),
    }));
    const hasCharge = next() < 0.8;
    const hasMultiplicity = next() < 0.8;
    const options: CsvOptions = {
      charge: pick(undefined, undefined, 0, 2),
      defaultCharge: pick(undefined, undefined, 2),
      multiplicity: pick(undefined, undefined, 1, 3),
      defaultMultiplicity: pick(undefined, undefined, 1),
    };
    const chargeName = pick('charge', 'Charge', ' CHARGE ');
    const spinName = pick('multiplicity', 'SpinMult', 'spin');
    const table = [
      ['aligned_csd_core', ...(hasCharge ? [chargeName] : []), ...(hasMultiplicity ? [spinName] : [])],
      ...rows.map((row) => [
        `"${atomsOf(row.atoms)}"`,
        ...(hasCharge ? [row.charge] : []),
        ...(hasMultiplicity ? [row.multiplicity] : []),
      ]),
    ];
    const key = spinName.toLowerCase();
    const frames = rows.map((row) =>
      [
        row.atoms,
        `${hasCharge ? `${chargeName.trim()}=${row.charge.trim()} ` : ''}${hasMultiplicity ? `${key}=${row.multiplicity.trim()}` : ''}`,
        atomsOf(row.atoms),
      ].join('\n'),
    );
    const path = join(dir, `${round}.${kind}`);
    writeFileSync(path, `${(kind === 'csv' ? table.map((cells) => cells.join(',')) : frames).join('\n')}\n`);
    const database = join(dir, `${round}.db`);
    createWorkflow(database);
    const workflow = openWorkflow(database);
    try {
      const source =
        kind === 'csv'
          ? readCsv(path, options)
          : readXyz([path], { ...options, nameFrom: kind === 'xyz' ? 'file' : 'comment' });
      await importStructures(workflow, source);
    } catch (error) {
      if (!(error instanceof OactError)) throw error;
    }
    const records = workflow.db
      .prepare<[], { natoms: number; charge: number; spin: number }>(
        'select natoms, charge, spin from structures',
      )
      .all();
    workflow.close();
    stored += records.length;
    for (const { natoms, charge, spin } of records) {
      const row = rows[natoms - 3];
      const said = (text: string | undefined, has: boolean, all?: number, some?: number): unknown[] => {
        const written = has && text !== undefined && !blanks.includes(text) ? [Number(text)] : [];
        return [...written, ...(all === undefined ? [] : [all]), ...(some === undefined ? [] : [some])];
      };
      // `spin` is never read as a multiplicity unless that is said.
      const readsSpin = hasMultiplicity && key !== 'spin';
      expect(said(row?.charge, hasCharge, options.charge, options.defaultCharge)).toContain(charge);
      expect(said(row?.multiplicity, readsSpin, options.multiplicity, options.defaultMultiplicity)).toContain(
        spin,
      );
      // And a written value is never replaced by another one.
      const isWritten = hasCharge && row !== undefined && !blanks.includes(row.charge);
      expect(isWritten ? Number(row.charge) : charge).toBe(charge);
    }
  }
  expect(stored).toBeGreaterThan(20);
});
