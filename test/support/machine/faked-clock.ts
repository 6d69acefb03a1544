import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { programPath } from '../../consumer/programs.ts';
import { hasPrograms } from '../has-programs.ts';

const library = ['x86_64-linux-gnu', 'aarch64-linux-gnu']
  .map((machine) => `/usr/lib/${machine}/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path));

/** Whether clocks can be stepped here (Debian: faketime, gcc). */
export const canStepClocks = hasPrograms('faketime', 'cc') && library !== undefined;

/** The wall clock of processes that are started with `env`. */
export interface FakedClock {
  env: Record<string, string>;
  /** So many seconds ahead of the true time from now on. */
  step(seconds: number): void;
}

/** libfaketime, with the monotonic clock left alone, as a step of the system's clock leaves it. */
export function fakeClock(): FakedClock {
  const dir = mkdtempSync(join(tmpdir(), 'oact-clock-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
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
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    step,
  };
}

/** The same for a Redis, which does not start with libfaketime. */
export function fakeClockOfRedis(): FakedClock {
  const dir = mkdtempSync(join(tmpdir(), 'oact-clock-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const preload = join(dir, 'step-clock.so');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', preload, programPath('step-clock.c')]);
  const offset = join(dir, 'offset');
  writeFileSync(offset, Buffer.alloc(8));
  const file = openSync(offset, 'r+');
  return {
    env: { LD_PRELOAD: preload, STEPPED_CLOCK: offset },
    step(seconds) {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(BigInt(seconds));
      writeSync(file, bytes, 0, 8, 0);
    },
  };
}
