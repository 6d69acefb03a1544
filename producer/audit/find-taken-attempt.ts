import { existsSync, readdirSync } from 'node:fs';
import { parseAttemptNames, resultPathOf } from '../../core/job-dir/job-layout.ts';
import { parseResult } from '../../core/job/result.ts';
import { readPlainFileSync } from '../../core/plain-file.ts';

/**
 * The highest attempt of this record that has a directory; 0 when there is none. A database restored from a backup may not know
 * it, and a new claim would take its number and be answered with its old result. A directory with another record's result
 * gives 0: the consumer refuses it and says why.
 */
export function findTakenAttempt(jobDir: string, recordId: number, campaignId: string): number {
  // Nearly every record has none yet; asking costs a tenth of the exception of a vain read.
  if (!existsSync(jobDir)) return 0;
  try {
    const last = parseAttemptNames(readdirSync(jobDir)).at(-1) ?? 0;
    return last > 0 && isOthers(resultPathOf(jobDir, last), recordId, campaignId) ? 0 : last;
  } catch {
    return 0;
  }
}

function isOthers(path: string, recordId: number, campaignId: string): boolean {
  if (!existsSync(path)) return false;
  try {
    const result = parseResult(JSON.parse(readPlainFileSync(path)), path);
    return result.recordId !== recordId || result.campaignId !== campaignId;
  } catch {
    return false;
  }
}
