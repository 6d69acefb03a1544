import { open, rename, rm } from 'node:fs/promises';

/** Writes a file so that a reader finds all of it or nothing, even after a power loss: tmp, fsync, rename. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`;
  await writeSynced(temporary, content);
  try {
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Writes a file, and its content to the disk, under a name that nobody reads yet. */
export async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  try {
    const file = await open(path, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    // What did not fit must not go on filling the disk.
    await rm(path, { force: true }).catch(() => undefined);
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
