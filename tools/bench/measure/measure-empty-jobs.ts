import type { BenchContext } from '../bench-context.ts';
import type { Measurement } from '../figure.ts';
import { type AttemptTimes, listGaps, listLags } from '../timing/list-attempt-times.ts';
import { runPipeline, type PipelineRun } from '../campaign/run-pipeline.ts';
import { splitJobTime } from '../timing/split-job-time.ts';
import { median, quantile } from '../statistics.ts';
import { writeProgram } from '../campaign/write-program.ts';
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { findPackageRoot } from '../../../core/config/package-root.ts';

const slots = 4;

/** Jobs that do nothing: what remains is oact. */
export async function measureEmptyJobs(context: BenchContext): Promise<Measurement> {
  const jobCount = context.isQuick ? 40 : 1000;
  const program = writeProgram(context.dir);
  const run = await runPipeline(context, { jobCount, slots, program });
  const floors = measureEmptyJobFloors(program, jobCount, context.dir);
  const steps = await splitJobTime(context, program, Math.min(jobCount, 200));
  const value = rateOf(run.attempts);
  const compare = (floor: string, floorValue: number) => ({
    what: `${jobCount} empty jobs on ${slots} slots`,
    unit: 'jobs/s',
    value,
    floor: { what: floor, value: floorValue },
  });
  const gaps = listGaps(run.attempts);
  const lags = listLags(run.attempts);
  return {
    figures: [
      { ...compare('bare Node loop, a row each', floors.nodeLoop), target: { atLeast: 0.75 } },
      compare('xargs -P 4', floors.xargs),
      compare('bare Node loop, no rows', floors.nodeLoopWithoutRow),
      { what: 'gap between jobs on a slot, median', unit: 'ms', value: median(gaps), target: { atMost: 5 } },
      {
        what: 'gap between jobs on a slot, p95',
        unit: 'ms',
        value: quantile(gaps, 0.95),
        target: { atMost: 12 },
      },
      { what: 'end of a job to its row, median', unit: 'ms', value: median(lags), target: { atMost: 20 } },
      {
        what: 'end of a job to its row, p95',
        unit: 'ms',
        value: quantile(lags, 0.95),
        target: { atMost: 60 },
      },
      {
        what: 'CPU of the consumer and its launcher, per job',
        unit: 'ms',
        value: (1000 * (run.consumerCpu.own + run.launcherCpu.own)) / jobCount,
        target: { atMost: 4 },
      },
    ],
    notes: [renderSteps(steps), renderCpu(run, jobCount)],
  };
}

/** Jobs per second from the first claim to the last settled row. */
function rateOf(attempts: readonly AttemptTimes[]): number {
  const beginMs = Math.min(...attempts.map((attempt) => attempt.queuedAtMs));
  const endMs = Math.max(...attempts.map((attempt) => attempt.settledAtMs));
  return (1000 * attempts.length) / (endMs - beginMs);
}

function renderSteps(steps: ReadonlyMap<string, number>): string {
  const texts = [...steps].map(([step, ms]) => `${step} ${ms.toFixed(2)}`);
  return `one job after the other, ms per job: ${texts.join(', ')}`;
}

function renderCpu({ consumerCpu, launcherCpu, reconcilerCpu }: PipelineRun, jobCount: number): string {
  const perJob = (seconds: number): string => ((1000 * seconds) / jobCount).toFixed(2);
  return `CPU, ms per job: consumer ${perJob(consumerCpu.own)}, launcher ${perJob(launcherCpu.own)}, programs ${perJob(launcherCpu.children)}, reconciler ${perJob(reconcilerCpu.own)}`;
}

/** Runs per second of the same program without oact, four at a time. */
interface EmptyJobFloors {
  xargs: number;
  nodeLoop: number;
  /** The loop without the row: what a disk with slow syncs hides. */
  nodeLoopWithoutRow: number;
}

function measureEmptyJobFloors(program: string, count: number, parent: string): EmptyJobFloors {
  const dir = mkdtempSync(join(parent, 'floors-'));
  return {
    xargs: count / timeXargs(program, count),
    nodeLoop: count / timeLoop([program, String(count), join(dir, 'results.db')]),
    nodeLoopWithoutRow: count / timeLoop([program, String(count)]),
  };
}

function timeXargs(program: string, count: number): number {
  const input = Array.from({ length: count }, (_, index) => `${index}\n`).join('');
  const startedAtMs = performance.now();
  execFileSync('xargs', ['-P', '4', '-n', '1', program], { input, stdio: ['pipe', 'ignore', 'inherit'] });
  return (performance.now() - startedAtMs) / 1000;
}

function timeLoop(args: string[]): number {
  const script = join(findPackageRoot(), 'dist', 'tools', 'bench', 'timing', 'spawn-loop.js');
  return Number(execFileSync(process.execPath, [script, ...args], { encoding: 'utf8' }));
}
