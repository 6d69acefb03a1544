import { type FileHandle, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputProgress } from '../../core/progress/job-progress.ts';
import { createProgressFollower } from '../../orca/progress/read-progress.ts';
import { openPlainFile } from '../../core/plain-file.ts';

/** The output of a run that is still being written. */
export interface GrowingOutput {
  /** Reads what is new. @returns whether it, or the output of a child run, has grown. Never rejects */
  look(): Promise<boolean>;
  progress(): OutputProgress;
}

/** At most this much per look: populations of a large molecule come in bursts, and other runs wait for theirs. */
const longestReadBytes = 4 * 1024 * 1024;

/**
 * Follows `orca.out` of a run. The file stays open until the run has ended: on a parallel file system, opening and asking for the size
 * cost more than a read.
 * @param buffer may be shared by outputs that are looked at one after the other
 */
export function followOutput(runDir: string, buffer: Buffer, ended: AbortSignal): GrowingOutput {
  const follower = createProgressFollower();
  let file: FileHandle | undefined;
  let position = 0;
  let child: { name: string; size: number } | undefined;

  const readNew = async (): Promise<boolean> => {
    file ??= await openPlainFile(join(runDir, 'orca.out'));
    const from = position;
    while (position - from < longestReadBytes && !ended.aborted) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
      follower.push(buffer.subarray(0, bytesRead));
      position += bytesRead;
      if (bytesRead < buffer.length) break;
    }
    return position > from;
  };
  /** The main output is silent while a child run computes the density of a heavy atom. */
  const hasChildGrown = async (): Promise<boolean> => {
    const name = follower.childOutput();
    if (name === null) return false;
    const { size } = await stat(join(runDir, name));
    const hasGrown = child?.name !== name || child.size !== size;
    child = { name, size };
    return hasGrown;
  };
  const close = (): void => {
    // Waits for a read that is under way, on a file system that hangs for ever.
    void file?.close().catch(() => undefined);
    file = undefined;
  };

  ended.addEventListener('abort', close, { once: true });
  return {
    async look() {
      const [main, ofChild] = [await readNew().catch(() => false), await hasChildGrown().catch(() => false)];
      if (ended.aborted) close();
      return main || ofChild;
    },
    progress: () => follower.read(),
  };
}
