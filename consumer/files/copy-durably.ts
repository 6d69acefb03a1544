import { copyFile, open, rename, rm } from 'node:fs/promises';
import { openPlainFile } from '../../core/plain-file.ts';

/**
 * Copies a file so that its reader finds all of it or nothing: tmp, fsync, check, rename. What was there stays when the copy
 * is of no use; its source may have been caught in the middle of a change.
 * @param findProblem looks at the copy
 * @returns why the copy was thrown away; undefined when it is in its place
 */
export async function copyDurably(
  from: string,
  to: string,
  findProblem: (path: string) => Promise<string | undefined> = () => Promise.resolve(undefined),
): Promise<string | undefined> {
  const temporary = `${to}.tmp`;
  try {
    // A named pipe would be waited for.
    await (await openPlainFile(from)).close();
    await copyFile(from, temporary);
    const file = await open(temporary, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    const problem = await findProblem(temporary);
    if (problem === undefined) await rename(temporary, to);
    return problem;
  } finally {
    await rm(temporary, { force: true });
  }
}
