import { statfs } from 'node:fs/promises';
import { formatDuration } from '../../core/config/duration.ts';
import type { Logger } from '../../core/logger.ts';

/** A disk with less than this is full soon: ORCA writes as much within seconds. Of a small one, a twentieth. */
const scarceBytes = 2 ** 30;
const scarceShare = 0.05;
const usualEveryMs = 60_000;

/**
 * Watches how much room the job root and the scratch directories have, and says when it becomes scarce and when it is over. Stops nothing:
 * what is being computed may still fit, and a job that finds no room is handed back.
 */
export function watchFreeSpace(
  dirs: readonly string[],
  log: Logger,
  everyMs = usualEveryMs,
): { why: () => string | null; stop: () => void } {
  let sinceMs: number | undefined;
  let scarce: string | null = null;
  let isLooking = false;
  const look = async (): Promise<void> => {
    const short: string[] = [];
    for (const dir of new Set(dirs)) {
      const disk = await statfs(dir).catch(() => undefined);
      if (!disk) continue;
      const free = disk.bavail * disk.bsize;
      if (free < Math.min(scarceBytes, scarceShare * disk.blocks * disk.bsize))
        short.push(`${dir} has ${Math.floor(free / 2 ** 20)} MB left`);
    }
    if (short.length > 0) {
      scarce = short.join('; ');
      if (sinceMs === undefined) log.warn({ why: scarce }, 'a disk is almost full');
      sinceMs ??= performance.now();
    } else if (sinceMs !== undefined) {
      log.info({ lasted: formatDuration((performance.now() - sinceMs) / 1000) }, 'the disk has room again');
      sinceMs = undefined;
      scarce = null;
    }
  };
  const lookOnce = (): void => {
    // On a file system that hangs, a look takes as long as it hangs.
    if (isLooking) return;
    isLooking = true;
    void look().finally(() => (isLooking = false));
  };
  lookOnce();
  const timer = setInterval(lookOnce, everyMs);
  timer.unref();
  return { why: () => scarce, stop: () => clearInterval(timer) };
}
