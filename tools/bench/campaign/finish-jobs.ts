import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Worker } from 'bullmq';
import { toRedisOptions } from '../../../core/redis/connect-redis.ts';
import { jobDirOf, resultPathOf } from '../../../core/job-dir/job-layout.ts';
import type { JobPayload } from '../../../core/job/payload.ts';
import { defaultLane, queueNameOf, queuePrefix } from '../../../core/job/queue-names.ts';
import { type JobResult, resultVersion } from '../../../core/job/result.ts';
import type { BenchContext } from '../bench-context.ts';

/** Answers under way at the same time. */
const atOnce = 32;

/** Takes every waiting job, publishes a result and completes it, as consumers do, but runs nothing. @returns how many */
export async function finishJobs(
  context: { redis: Pick<BenchContext['redis'], 'address'> },
  { campaignId, jobRoot }: { campaignId: string; jobRoot: string },
): Promise<number> {
  const worker = new Worker<JobPayload>(queueNameOf(defaultLane), null, {
    connection: toRedisOptions(context.redis.address),
    prefix: queuePrefix(campaignId),
    autorun: false,
    skipStalledCheck: true,
  });
  let finished = 0;
  const finishOneByOne = async (): Promise<void> => {
    const token = randomUUID();
    for (;;) {
      const job = await worker.getNextJob(token, { block: false });
      if (!job) return;
      const result = resultOf(job.data);
      const path = resultPathOf(jobDirOf(job.data, jobRoot), job.data.attempt);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, JSON.stringify(result));
      await job.moveToCompleted(result, token, false);
      finished += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, finishOneByOne));
  await worker.close();
  return finished;
}

/** What `finishJobs` says of a record, so that a result of another record is noticed; Eh. */
export function finishedEnergyOf(recordId: number): number {
  return -26_000.123_456 - recordId;
}

function resultOf({ campaignId, recordId, attempt }: JobPayload): JobResult {
  const now = new Date().toISOString();
  return {
    v: resultVersion,
    campaignId,
    recordId,
    attempt,
    outcome: { kind: 'completed' },
    ranOn: { node: 'node1', allocationId: '4711', slot: recordId % 8, cores: [0, 1, 2, 3] },
    startedAt: now,
    finishedAt: now,
    metrics: {
      finalEnergyHartree: finishedEnergyOf(recordId),
      maxGradientHartreePerBohr: 0.012_345,
      scfCycles: 17,
      optimizationCycles: null,
      scfCyclesOfEach: [],
      optimizationConverged: null,
      s2: null,
      s2Deviation: null,
      runTimeSeconds: null,
      wallTimeSeconds: 1234.5,
      ranks: 4,
      program: 'orca 6.1.0',
      warnings: [],
    },
    restart: null,
    files: ['orca.err', 'orca.inp', 'orca.out'],
  };
}
