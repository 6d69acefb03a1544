import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What stays of each end: more than any reader of an output looks at. */
const keptBytes = 2 ** 20;

/**
 * Takes the middle out of every file in a directory that is larger than `limit` bytes, with a note in its place. In place, because the
 * disk may have no room for a copy.
 * @returns the names of the files
 */
export async function cutLargeFiles(dir: string, limit: number): Promise<string[]> {
  const cut: string[] = [];
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (!entry.isFile() || (await stat(path)).size <= Math.max(limit, 2 * keptBytes)) continue;
    await cutFile(path, limit);
    cut.push(entry.name);
  }
  return cut;
}

async function cutFile(path: string, limit: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(keptBytes), 0, keptBytes, size - keptBytes);
    const left = size - 2 * keptBytes;
    const note = Buffer.from(
      `\n\n*** oact took ${left} bytes out here: the run grew beyond its limit, and this file beyond ${limit} bytes ***\n\n`,
    );
    await file.write(note, 0, note.length, keptBytes);
    await file.write(buffer, 0, bytesRead, keptBytes + note.length);
    await file.truncate(keptBytes + note.length + bytesRead);
    await file.sync();
  } finally {
    await file.close();
  }
}
