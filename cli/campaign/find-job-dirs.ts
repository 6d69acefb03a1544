import { readdirSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import { resolveJobDir } from '../../core/job-dir/resolve-job-dir.ts';
import { placeJobDir, renderJobDirName } from '../../producer/render-job-dir.ts';
import type { RecoverableRecord } from '../../workflow/records/load-recoverable.ts';

/** Without a record's geometry these cannot be filled in; the host is that of another day. */
const isBlind = (pattern: string): boolean => /\{(formula|hostname)\}/.test(pattern);

/**
 * Where the directory of a record is: where the database says, else where the pattern puts it, if anything is there. The job
 * root is listed once, instead of asking for 100,000 directories that do not exist. A relative path in the database was meant from
 * where another tool was started, so only its end counts: as many names as the pattern has, below the job root.
 */
export function createJobDirFinder(
  jobRoot: string,
  pattern: string,
): (
  record: Pick<RecoverableRecord, 'id' | 'origIndex' | 'charge' | 'multiplicity' | 'jobDir'>,
) => string | null {
  const present = new Set(listNames(jobRoot));
  const placeByName = (name: string): string | null => {
    const isThere = present.has(name.split('/').find((part) => part !== '') ?? '');
    return isThere ? (placeJobDir(jobRoot, name, null) ?? null) : null;
  };
  const depth = pattern.split('/').filter((part) => part !== '').length;
  return ({ id, origIndex, charge, multiplicity, jobDir }) => {
    if (jobDir !== null && isAbsolute(jobDir)) return jobDir;
    if (isBlind(pattern)) {
      const dir = resolveJobDir(jobRoot, jobDir, depth);
      return dir === null ? null : placeByName(relative(jobRoot, dir));
    }
    const values = { id, orig_index: origIndex, formula: '', charge, spin: multiplicity };
    return placeByName(renderJobDirName(pattern, values));
  };
}

function listNames(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
