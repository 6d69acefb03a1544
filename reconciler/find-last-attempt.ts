import { readdir } from 'node:fs/promises';
import { parseAttemptNames } from '../core/job-dir/job-layout.ts';

/** The highest attempt that has a directory; 0: none, or nothing can be seen. */
export async function findLastAttempt(jobDir: string): Promise<number> {
  const names = await readdir(jobDir).catch((): string[] => []);
  return parseAttemptNames(names).at(-1) ?? 0;
}
