import { execFileSync } from 'node:child_process';
import { mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  canStepProcessClocks,
  type FakedClock,
  makeProcessClock,
} from '../../../tools/chaos/blows/process-clock.ts';
import { otherProgramPath } from '../../consumer/programs.ts';
import { hasPrograms } from '../has-programs.ts';

/** Whether clocks can be stepped here (Debian: faketime, gcc). */
export const canStepClocks = hasPrograms('faketime', 'cc') && canStepProcessClocks;

/** The clock of a process, with files that the test removes. */
export function fakeClock(): FakedClock {
  const dir = mkdtempSync(join(tmpdir(), 'oact-clock-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return makeProcessClock(dir);
}

/** The same for a Redis, which does not start with libfaketime. */
export function fakeClockOfRedis(): FakedClock {
  const dir = mkdtempSync(join(tmpdir(), 'oact-clock-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const preload = join(dir, 'step-clock.so');
  execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', preload, otherProgramPath('step-clock.c')]);
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
