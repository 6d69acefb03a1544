import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchContext } from '../bench-context.ts';
import type { Measurement } from '../figure.ts';
import { listSchedule, drawDurations } from '../timing/list-schedule.ts';
import { runPipeline } from '../campaign/run-pipeline.ts';
import { writeProgram } from '../campaign/write-program.ts';

const slots = 8;

/** Jobs of very different length: how much of the slots' time is lost between them. */
export async function measureMakespan(context: BenchContext): Promise<Measurement> {
  const [jobCount, medianSeconds] = context.isQuick ? [16, 0.2] : [64, 2];
  const durations = drawDurations(jobCount, medianSeconds, 0.8);
  const { attempts } = await runPipeline(context, {
    jobCount,
    slots,
    program: writeProgram(context.dir, ['read -r seconds < "$OACT_JOB_DIR/seconds"', 'sleep "$seconds"']),
    prepare: ({ jobRoot }) => {
      for (const [index, seconds] of durations.entries()) {
        mkdirSync(join(jobRoot, `job_${index}`));
        writeFileSync(join(jobRoot, `job_${index}`, 'seconds'), `${seconds}\n`);
      }
    },
  });
  const beginMs = Math.min(...attempts.map((attempt) => attempt.startedAtMs));
  const endMs = Math.max(...attempts.map((attempt) => attempt.finishedAtMs));
  const total = durations.reduce((sum, seconds) => sum + seconds, 0);
  return {
    figures: [
      {
        what: `makespan of ${jobCount} sleeps on ${slots} slots`,
        unit: 's',
        value: (endMs - beginMs) / 1000,
        floor: { what: 'list scheduling, computed', value: listSchedule(durations, slots) },
        target: { atMost: 1.03 },
      },
    ],
    notes: [
      `log-normal, median ${medianSeconds} s, longest ${Math.max(...durations)} s, together ${total.toFixed(1)} s; from the first start to the last end`,
    ],
  };
}
