import { randomBytes, randomUUID } from 'node:crypto';
import { rm, statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { messageOf, systemErrorCode } from '../core/errors.ts';
import { writeDurably } from './durable-file.ts';

/** Enough that neither the last free block nor a quota's last kilobyte lets it through. */
const probeBytes = 2 ** 20;

/**
 * Tries what a result needs: write, fsync, rename, remove. Random bytes, which no file system compresses away. A quota,
 * or a server that reports a full disk at the fsync only, shows in no other way.
 * @returns the code of the system call that failed, or undefined
 */
export async function probeDirectory(dir: string): Promise<string | undefined> {
  const path = join(dir, `.oact-probe-${hostname()}-${randomUUID()}`);
  try {
    await writeDurably(path, randomBytes(probeBytes));
    await rm(path);
    return undefined;
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined);
    return systemErrorCode(error) ?? messageOf(error);
  }
}

/** What an ordinary user may still write there. */
export async function measureFreeBytes(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}
