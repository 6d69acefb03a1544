/** Whether a run takes suspiciously long, by what its job is expected to take. */
import { z } from 'zod';

const expectedSchema = z.object({ expected: z.object({ upperSeconds: z.number().positive() }) });

/** Of a job's data: the time that 95 of 100 such jobs keep. undefined: nobody knows. */
export function readUpperSeconds(data: unknown): number | undefined {
  return expectedSchema.safeParse(data).data?.expected.upperSeconds;
}

/** One in twenty takes longer than the upper time anyway: half as long again is worth a word. */
const tolerance = 1.5;
/** Shorter silences are no sign: a node that is busy starts programs slowly. */
const leastStallMs = 60_000;

/** Pure. Seconds beyond the upper time, once that is worth a word. */
export function judgeOverdue(runsForMs: number, upperSeconds: number | undefined): number | undefined {
  if (upperSeconds === undefined || runsForMs < 1000 * tolerance * upperSeconds) return undefined;
  return Math.max(1, Math.round(runsForMs / 1000 - upperSeconds));
}

/** Pure. A run stalls after this much silence: what should long have ended is not waited for as long as what takes hours. */
export function stallMsFor(usualMs: number, upperSeconds: number | undefined): number {
  if (upperSeconds === undefined) return usualMs;
  return Math.min(usualMs, Math.max(leastStallMs, 1000 * upperSeconds));
}
