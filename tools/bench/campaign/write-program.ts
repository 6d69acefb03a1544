import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The least that the verdict takes for a success. */
const successLines = [
  'FINAL SINGLE POINT ENERGY      -123.456789012345',
  '                             ****ORCA TERMINATED NORMALLY****',
  'TOTAL RUN TIME: 0 days 0 hours 0 minutes 0 seconds 1 msec',
];

/**
 * A program in the place of ORCA: does `work` (lines of shell) and says that it succeeded. One process and
 * nothing else, so that a run costs as little as a run can.
 * @returns its absolute path
 */
export function writeProgram(parent: string, work: string[] = []): string {
  const path = join(mkdtempSync(join(parent, 'program-')), 'orca');
  const says = successLines.map((line) => `echo '${line}'`);
  writeFileSync(path, ['#!/bin/sh', ...work, ...says, ''].join('\n'));
  chmodSync(path, 0o755);
  return path;
}
