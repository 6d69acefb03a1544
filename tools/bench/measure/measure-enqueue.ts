import type { BulkJobOptions, Queue } from 'bullmq';
import { enqueue } from '../../../producer/enqueue.ts';
import type { CandidateOrder } from '../../../workflow/records/list-candidates.ts';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';
import type { BenchContext } from '../bench-context.ts';
import type { Figure, Measurement } from '../figure.ts';
import { batchOf, type BenchCampaign, makeCampaign, selectionOf } from '../campaign/make-campaign.ts';
import { openQueue } from '../campaign/open-queue.ts';
import { median, pickMedianRound, type Round, timeSeconds } from '../statistics.ts';

interface RawJob {
  name: string;
  data: unknown;
  opts: BulkJobOptions;
}

const bulkSize = 500;

/** Rows into jobs, against BullMQ alone with the same jobs, ready-made. */
export async function measureEnqueue(context: BenchContext): Promise<Measurement> {
  const [rowCount, batchSize, roundCount] = context.isQuick ? [2000, 500, 2] : [100_000, 10_000, 5];
  const figures: Figure[] = [];
  const sizes: number[] = [];
  for (const order of ['random', 'id'] as const) {
    const campaign = await makeCampaign(context.dir, rowCount);
    const rounds: Round[] = [];
    for (let round = 0; round < roundCount; round++) {
      rounds.push(await measureRound(context, campaign, order, batchSize, sizes));
    }
    const { value, floor } = pickMedianRound(rounds);
    figures.push({
      what: `enqueue from ${rowCount.toLocaleString('en')} rows, --order ${order}`,
      unit: 'rows/s',
      value,
      floor: { what: 'addBulk of the same jobs', value: floor },
      target: { atLeast: 0.5 },
    });
  }
  const payload = `payload ${median(sizes)} bytes (median)`;
  return { figures, notes: [`batches of ${batchSize}, median of ${roundCount}; ${payload}`] };
}

async function measureRound(
  context: BenchContext,
  campaign: BenchCampaign,
  order: CandidateOrder,
  batchSize: number,
  sizes: number[],
): Promise<Round> {
  const workflow = openWorkflow(campaign.databasePath);
  const { queue, redis, close } = await openQueue(context, campaign.campaignId);
  const seconds = await timeSeconds(() =>
    enqueue(workflow, queue, selectionOf(order, batchSize), batchOf(campaign)),
  );
  const jobs = await readBack(queue);
  if (jobs.length !== batchSize) throw new Error(`${jobs.length} of ${batchSize} rows were enqueued`);
  sizes.push(...jobs.map((job) => JSON.stringify(job.data).length));
  await redis.flushdb();
  const floorSeconds = await timeSeconds(() => addRaw(queue, jobs));
  await close();
  workflow.close();
  return { value: batchSize / seconds, floor: batchSize / floorSeconds };
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
