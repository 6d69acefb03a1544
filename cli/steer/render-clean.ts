import type { CleanStep } from '../../producer/clean/clean.ts';
import type { NamesOf } from '../../core/job/name-record.ts';
import { nameIds } from '../job/name-ids.ts';

/** Bytes as a user reads them, in powers of 1000 as `ls -lh --si`. */
function renderBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

const words: Partial<Record<CleanStep['result'], string>> = {
  no_directory: 'have no known directory',
  outside: 'have a directory outside the job root and were not cleaned',
  unconfirmed: 'are completed in the table but not according to their directory; not cleaned',
  changed: 'changed meanwhile and were not cleaned',
  unreachable: 'have a directory that could not be cleaned',
};

export function renderCleaned(
  steps: readonly CleanStep[],
  {
    chosen,
    isDryRun,
    isVerbose,
    namesOf,
  }: { chosen: number; isDryRun: boolean; isVerbose: boolean; namesOf: NamesOf },
): string {
  const cleaned = steps.filter(({ result }) => result === 'cleaned');
  const bytes = cleaned.reduce((sum, step) => sum + step.bytes, 0);
  const files = cleaned.reduce((sum, step) => sum + step.files, 0);
  const lines = [
    `${renderBytes(bytes)} in ${files} files of ${cleaned.length} completed records ${isDryRun ? 'would be removed' : 'removed'}.`,
    ...(isVerbose ? cleaned.flatMap(({ paths }) => paths.map((path) => `  ${path}`)) : []),
  ];
  for (const [result, text] of Object.entries(words)) {
    const some = steps.filter((step) => step.result === result);
    if (some.length === 0) continue;
    const ids = some.map(({ id }) => id);
    lines.push(`${some.length} ${text}: ${nameIds(ids, namesOf)}`);
    if (result === 'unreachable') lines.push(`  the first: ${some[0]?.reason}`);
  }
  if (steps.length < chosen) lines.push(`Stopped: ${chosen - steps.length} not checked.`);
  if (isDryRun) lines.push('Nothing was removed (dry run). Use --yes to remove the files.');
  return lines.join('\n');
}
