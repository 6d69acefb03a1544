import { rename, rm } from 'node:fs/promises';
import { closeFile, openFile, syncFile, writeWhole } from '../../core/file-calls.ts';

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
    const file = await openFile(path, 'w');
    try {
      await writeWhole(file, content);
      await syncFile(file);
    } finally {
      await closeFile(file);
    }
  } catch (error) {
    // What did not fit must not go on filling the disk.
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Makes the names in a directory durable. Some network file systems refuse; their server does it anyway. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await openFile(path, 'r');
  try {
    await syncFile(directory).catch(() => undefined);
  } finally {
    await closeFile(directory);
  }
}
