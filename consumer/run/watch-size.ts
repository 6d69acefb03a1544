import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What one run may write before it is taken for one that never stops. */
export interface SizeLimits {
  /** Of orca.out and of orca.err, bytes. */
  outputBytes: number;
  /** Of all files of the run together, bytes. */
  runBytes: number;
  /** How often the outputs are looked at; shorter in tests. */
  lookMs?: number;
}

const usualLookMs = 5000;
/** Looking at each file of a run costs more than at two: it is done at each so many looks. */
const looksPerSum = 12;

export interface SizeWatch {
  /** Why the run must end, in words. Never, unless a limit is passed. */
  tooLarge: Promise<string>;
  stop(): void;
}

/** @param dirs where ORCA works and where its output goes; the same, or two */
export function watchSize(runDir: string, dirs: readonly string[], limits: SizeLimits): SizeWatch {
  let looks = 0;
  let isLooking = false;
  let timer: NodeJS.Timeout | undefined;
  const tooLarge = new Promise<string>((resolve) => {
    const look = async (): Promise<void> => {
      looks += 1;
      const why =
        (await findLargeOutput(runDir, limits.outputBytes)) ??
        (looks % looksPerSum === 0 ? await findLargeRun(dirs, limits.runBytes) : undefined);
      if (why !== undefined) resolve(why);
    };
    timer = setInterval(() => {
      // On a file system that hangs, a look takes as long as it hangs.
      if (isLooking) return;
      isLooking = true;
      void look().finally(() => (isLooking = false));
    }, limits.lookMs ?? usualLookMs);
    timer.unref();
  });
  return { tooLarge, stop: () => clearInterval(timer) };
}

async function findLargeOutput(runDir: string, limit: number): Promise<string | undefined> {
  for (const name of ['orca.out', 'orca.err']) {
    const size = await sizeOf(join(runDir, name));
    if (size > limit) return `${name} grew beyond ${megabytes(limit)} MB (job.outputLimitMb)`;
  }
  return undefined;
}

async function findLargeRun(dirs: readonly string[], limit: number): Promise<string | undefined> {
  let sum = 0;
  for (const dir of new Set(dirs))
    for (const name of await readdir(dir).catch(() => [])) sum += await sizeOf(join(dir, name));
  return sum > limit ? `its files grew beyond ${megabytes(limit)} MB (job.runLimitMb)` : undefined;
}

/** Bytes on disk, so that a file with holes counts for what it takes; 0 for one that is gone. */
async function sizeOf(path: string): Promise<number> {
  const status = await stat(path).catch(() => undefined);
  return status?.isFile() === true ? status.blocks * 512 : 0;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
