import type { BulkJobOptions, Queue } from 'bullmq';
import { enqueue } from '../producer/enqueue.ts';
import { openWorkflow } from '../workflow/open-workflow.ts';
import type { BenchContext } from './bench-context.ts';
import type { Measurement } from './figure.ts';
import { batchOf, makeCampaign } from './make-campaign.ts';
import { openQueue } from './open-queue.ts';
import { median, pickMedianRound, type Round, timeSeconds } from './statistics.ts';

interface RawJob {
  name: string;
  data: unknown;
  opts: BulkJobOptions;
}

/** The pages of the producer have this size, too. */
const bulkSize = 500;

/** Rows into jobs, against BullMQ alone with the same jobs, ready-made. */
export async function measureEnqueue(context: BenchContext): Promise<Measurement> {
  const [rowCount, batchSize, roundCount] = context.isQuick ? [2000, 500, 2] : [100_000, 10_000, 5];
  const campaign = await makeCampaign(context.dir, rowCount);
  const workflow = openWorkflow(campaign.databasePath);
  const { queue, redis, close } = await openQueue(context, campaign.campaignId);
  const batch = batchOf(campaign);
  const selection = {
    order: 'random',
    ids: null,
    minAtoms: null,
    maxAtoms: null,
    maxFailCount: null,
  } as const;
  const rounds: Round[] = [];
  const sizes: number[] = [];
  for (let round = 0; round < roundCount; round++) {
    const seconds = await timeSeconds(() => enqueue(workflow, queue, { ...selection, batchSize }, batch));
    const jobs = await readBack(queue);
    if (jobs.length !== batchSize) throw new Error(`${jobs.length} of ${batchSize} rows were enqueued`);
    sizes.push(...jobs.map((job) => JSON.stringify(job.data).length));
    await redis.flushdb();
    const floorSeconds = await timeSeconds(() => addRaw(queue, jobs));
    await redis.flushdb();
    rounds.push({ value: batchSize / seconds, floor: batchSize / floorSeconds });
  }
  await close();
  workflow.close();
  const { value, floor } = pickMedianRound(rounds);
  return {
    figures: [
      {
        what: `enqueue from ${rowCount.toLocaleString('en')} rows`,
        unit: 'rows/s',
        value,
        floor: { what: 'addBulk of the same jobs', value: floor },
        target: { atLeast: 0.5 },
      },
    ],
    notes: [`batches of ${batchSize}, median of ${roundCount}; payload ${median(sizes)} bytes (median)`],
  };
}

async function readBack(queue: Queue): Promise<RawJob[]> {
  const jobs = await queue.getJobs('waiting');
  return jobs.map(({ name, data, opts, id }) => ({
    name,
    data,
    opts: { ...opts, ...(id !== undefined && { jobId: id }) },
  }));
}

async function addRaw(queue: Queue, jobs: RawJob[]): Promise<void> {
  for (let start = 0; start < jobs.length; start += bulkSize)
    await queue.addBulk(jobs.slice(start, start + bulkSize));
}
