import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { BenchContext } from '../bench-context.ts';
import { runPipeline } from '../campaign/run-pipeline.ts';
import { writeProgram } from '../campaign/write-program.ts';
import type { Measurement } from '../figure.ts';

const slots = 8;
const jobSeconds = 0.1;

/** Jobs of a tenth of a second, alone and on a machine with thousands of other processes, which have nothing to do with them. */
export async function measureShortJobs(context: BenchContext): Promise<Measurement> {
  const [jobCount, crowd] = context.isQuick ? [32, 100] : [400, 3000];
  const program = writeProgram(context.dir, [`sleep ${jobSeconds}`]);
  const alone = await timeJobs(context, program, jobCount);
  const crowded = await besideSleepers(crowd, () => timeJobs(context, program, jobCount));
  const ideal = (jobCount * jobSeconds) / slots;
  return {
    figures: [
      {
        what: `${jobCount} jobs of ${jobSeconds} s on ${slots} slots`,
        unit: 's',
        value: alone,
        floor: { what: 'no time between them', value: ideal },
        target: { atMost: 1.1 },
      },
      {
        what: `the same beside ${crowd} sleeping processes`,
        unit: 's',
        value: crowded,
        floor: { what: 'without them', value: alone },
        target: { atMost: 1.2 },
      },
    ],
    notes: ['from the first start to the last end'],
  };
}

async function timeJobs(context: BenchContext, program: string, jobCount: number): Promise<number> {
  const { attempts } = await runPipeline(context, { jobCount, slots, program });
  const beginMs = Math.min(...attempts.map((attempt) => attempt.startedAtMs));
  const endMs = Math.max(...attempts.map((attempt) => attempt.finishedAtMs));
  return (endMs - beginMs) / 1000;
}

async function besideSleepers<T>(count: number, work: () => Promise<T>): Promise<T> {
  const script = 'i=0; while [ $i -lt "$1" ]; do sleep 3600 & i=$((i+1)); done; echo ready; wait';
  const shell = spawn('sh', ['-c', script, 'sh', String(count)], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(shell, 'close');
  try {
    await once(createInterface({ input: shell.stdout }), 'line');
    return await work();
  } finally {
    if (shell.pid !== undefined) process.kill(-shell.pid, 'SIGKILL');
    await ended;
  }
}
