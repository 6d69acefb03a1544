import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../../core/errors.ts';
import { resultPathOf } from '../../../core/job-dir/job-layout.ts';
import { type JobResult, parseResult } from '../../../core/job/result.ts';
import type { TableRow } from './read-table.ts';

/** Settled rows that say something else than the published result of their attempt. */
export function judgeResults(rows: readonly TableRow[]): string[] {
  return rows.flatMap((row) => {
    if (row.openAttempts > 0 || row.attempts === 0) return [];
    const difference = findDifference(row);
    return difference === undefined ? [] : [`record ${row.id}: ${difference}`];
  });
}

/** Settled rows whose job directory does not hold the output that its result was read from. */
export function judgeFiles(rows: readonly TableRow[]): string[] {
  return rows.flatMap((row) => {
    if (row.openAttempts > 0 || row.attempts === 0) return [];
    const path = join(row.jobDir ?? '', 'orca.out');
    const isFile = lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
    if (!isFile) return [`record ${row.id}: ${path} is no file`];
    const saysSo = readFileSync(path, 'latin1').includes('ORCA TERMINATED NORMALLY');
    return saysSo === (row.status === 'completed') ? [] : [`record ${row.id}: ${path} is of another run`];
  });
}

function findDifference(row: TableRow): string | undefined {
  const path = resultPathOf(row.jobDir ?? '', row.attempts);
  let result: JobResult;
  try {
    result = parseResult(JSON.parse(readFileSync(path, 'utf8')), path);
  } catch (error) {
    return messageOf(error);
  }
  const { outcome } = result;
  const status = outcome.kind === 'timed_out' ? 'timeout' : outcome.kind;
  const failureClass = outcome.kind === 'failed' ? outcome.class : null;
  if (result.recordId === row.id && status === row.status && failureClass === row.failureClass)
    return undefined;
  return `${row.status} ${row.failureClass ?? ''} in the database, ${status} ${failureClass ?? ''} in ${path}`;
}
