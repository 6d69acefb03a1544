import { readdirSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { placeJobDir, renderJobDirName } from '../../producer/render-job-dir.ts';
import type { RecoverableRecord } from '../../workflow/records/load-recoverable.ts';

/** Without a record's geometry these cannot be filled in; the host is that of another day. */
const isBlind = (pattern: string): boolean => /\{(formula|hostname)\}/.test(pattern);

/**
 * Where the directory of a record is: where the database says, else where the pattern puts it, if anything is there. The job
 * root is listed once, instead of asking for 100,000 directories that do not exist.
 */
export function createJobDirFinder(
  jobRoot: string,
  pattern: string,
): (
  record: Pick<RecoverableRecord, 'id' | 'origIndex' | 'charge' | 'multiplicity' | 'jobDir'>,
) => string | null {
  const present = new Set(listNames(jobRoot));
  return ({ id, origIndex, charge, multiplicity, jobDir }) => {
    if (jobDir !== null && isAbsolute(jobDir)) return jobDir;
    if (isBlind(pattern)) return null;
    const values = { id, orig_index: origIndex, formula: '', charge, spin: multiplicity };
    const name = renderJobDirName(pattern, values);
    const isThere = present.has(name.split('/').find((part) => part !== '') ?? '');
    return isThere ? (placeJobDir(jobRoot, name, null) ?? null) : null;
  };
}

function listNames(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
