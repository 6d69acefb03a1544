// A result file that counts for nothing is kept beside its place, with the reason, out of the way of the next run.
import { rename, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';

/**
 * Renames the file to `result.json.set-aside-…` and writes the reason beside it.
 * @returns its new path
 * @throws the errors of the file system, but not for the note
 */
export async function setResultAside(path: string, reason: string): Promise<string> {
  const place = `${path}.set-aside-${randomBytes(3).toString('hex')}`;
  await rename(path, place);
  // Without the note the file still says what it is.
  await writeFile(`${place}.why.txt`, `${reason}\n`).catch(() => undefined);
  return place;
}
