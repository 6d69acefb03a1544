import { open, rename, rm } from 'node:fs/promises';

/** Writes a file so that a reader finds all of it or nothing, even after a power loss: tmp, fsync, rename. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    // What did not fit must not go on filling the disk.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Makes the names in a directory durable. Some network file systems refuse; their server does it anyway. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync().catch(() => undefined);
  } finally {
    await directory.close();
  }
}
