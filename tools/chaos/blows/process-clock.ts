import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const library = ['x86_64-linux-gnu', 'aarch64-linux-gnu']
  .map((machine) => `/usr/lib/${machine}/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path));

/** Whether clocks of processes can be stepped here (Debian: faketime). */
export const canStepProcessClocks = library !== undefined;

/** The wall clock of processes that are started with `env`. */
export interface FakedClock {
  env: Record<string, string>;
  /** So many seconds ahead of the true time from now on. */
  step(seconds: number): void;
}

/**
 * libfaketime, with the monotonic clock left alone, as a step of the system's clock leaves it.
 * @param dir where the offset is kept
 * @param cacheSeconds how long a process may believe an older offset; 0 reads it at each look at the clock
 */
export function makeProcessClock(dir: string, cacheSeconds = 0): FakedClock {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'offset');
  const step = (seconds: number): void => {
    // A reader that meets a half-written file would meet the true time.
    writeFileSync(`${file}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    renameSync(`${file}.new`, file);
  };
  step(0);
  return {
    env: {
      LD_PRELOAD: library ?? '',
      FAKETIME_TIMESTAMP_FILE: file,
      ...(cacheSeconds === 0
        ? { FAKETIME_NO_CACHE: '1' }
        : { FAKETIME_CACHE_DURATION: String(cacheSeconds) }),
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    step,
  };
}
