import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  canStepProcessClocks,
  type FakedClock,
  makeProcessClock,
} from '../../../tools/chaos/blows/process-clock.ts';
import { makeRedisClock } from '../../../tools/chaos/blows/redis-clock.ts';
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
  const clock = makeRedisClock(dir);
  if (clock === null) throw new Error('canStepClocks was not asked');
  return clock;
}
