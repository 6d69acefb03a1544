/** `npm run bench -- [--only enqueue,settle] [--quick] [--json]`: every figure beside its floor of the same run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkRedis } from '../../core/redis/check-redis.ts';
import { connectRedis } from '../../core/redis/connect-redis.ts';
import { findRedis } from '../../infra/redis/find-redis.ts';
import type { BenchContext, Benchmark } from './bench-context.ts';
import { parseBenchOptions } from './bench-options.ts';
import { stopAllOact } from './campaign/start-oact.ts';
import type { Measurement } from './figure.ts';
import { measureLanes } from './lanes/measure-lanes.ts';
import { measureConsumerStart } from './measure/measure-consumer-start.ts';
import { measureEmptyJobs } from './measure/measure-empty-jobs.ts';
import { measureEnqueue } from './measure/measure-enqueue.ts';
import { measureIdleConsumer } from './measure/measure-idle-consumer.ts';
import { measureLarge } from './measure/measure-large.ts';
import { measureMakespan } from './measure/measure-makespan.ts';
import { measureLearnedMakespan } from './measure/measure-learned-makespan.ts';
import { measureManyNodes } from './measure/measure-many-nodes.ts';
import { measurePacking } from './measure/measure-packing.ts';
import { measurePrediction } from './measure/measure-prediction.ts';
import { measureReader } from './measure/measure-reader.ts';
import { measureSettle } from './measure/measure-settle.ts';
import { measureShortJobs } from './measure/measure-short-jobs.ts';
import { measureStartUp } from './measure/measure-start-up.ts';
import { measureTerminal } from './measure/measure-terminal.ts';
import { renderReport, toJson } from './render-report.ts';

const benchmarks: readonly Benchmark[] = [
  // First, because it starts programs: fork(2) copies the page tables, so it slows down as this process grows.
  { name: 'empty-jobs', measure: measureEmptyJobs },
  { name: 'enqueue', measure: measureEnqueue },
  { name: 'settle', measure: measureSettle },
  { name: 'large', measure: measureLarge },
  { name: 'short-jobs', measure: measureShortJobs },
  { name: 'makespan', measure: measureMakespan },
  { name: 'learned-makespan', measure: measureLearnedMakespan },
  { name: 'prediction', measure: measurePrediction },
  { name: 'idle-consumer', measure: measureIdleConsumer },
  { name: 'start-up', measure: measureStartUp },
  { name: 'terminal', measure: measureTerminal },
  { name: 'consumer-start', measure: measureConsumerStart },
  { name: 'many-nodes', measure: measureManyNodes },
  { name: 'packing', measure: measurePacking },
  { name: 'lanes', measure: measureLanes },
  { name: 'reader', measure: measureReader },
];

const options = parseBenchOptions(
  process.argv.slice(2),
  benchmarks.map(({ name }) => name),
);
const dir = mkdtempSync(join(tmpdir(), 'oact-bench-'));
const redis = await findRedis({ campaignDir: dir, role: 'admin', startPrivate: true });
const cleanUp = async (): Promise<void> => {
  await stopAllOact();
  await redis.stop();
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
};
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void cleanUp().finally(() => process.exit(130)));

try {
  const context: BenchContext = { redis, dir, isQuick: options.isQuick };
  const machine = await describeMachine(context);
  if (!options.asJson)
    console.log(`${machine}${options.isQuick ? ' · quick: too small to mean anything' : ''}\n`);
  const measurements = new Map<string, Measurement>();
  for (const { name, measure } of benchmarks.filter((benchmark) => options.only.includes(benchmark.name))) {
    process.stderr.write(`${name} …\n`);
    measurements.set(name, await measure(context));
  }
  if (options.asJson)
    console.log(
      JSON.stringify({ machine, isQuick: options.isQuick, benchmarks: toJson(measurements) }, null, 2),
    );
  else console.log(renderReport(measurements));
} finally {
  await cleanUp();
}

async function describeMachine({ redis: { address } }: BenchContext): Promise<string> {
  const connection = await connectRedis(address);
  const { version } = await checkRedis(connection).finally(() => connection.disconnect());
  return `Node ${process.version} · ${address.kind} ${version} · ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown CPU'}`;
}
