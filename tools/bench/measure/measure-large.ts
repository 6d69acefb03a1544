import { setTimeout as delay } from 'node:timers/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { defaultLane } from '../../../core/job/queue-names.ts';
import { createLogger } from '../../../core/logger.ts';
import { rowOf } from '../../../orca/failures/catalogue.ts';
import { enqueue } from '../../../producer/enqueue.ts';
import { cancel } from '../../../producer/steering/cancel.ts';
import { createSupply } from '../../../producer/supply/create-supply.ts';
import { sweepFinished } from '../../../reconciler/sweep-finished.ts';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';
import type { Workflow } from '../../../workflow/database/workflow.ts';
import { sumCoreHours } from '../../../workflow/reports/sum-core-hours.ts';
import { listNodeHealth } from '../../../workflow/reports/list-node-health.ts';
import { listCancellable } from '../../../workflow/steering/list-cancellable.ts';
import type { BenchContext } from '../bench-context.ts';
import { finishJobs } from '../campaign/finish-jobs.ts';
import { batchOf, selectionOf } from '../campaign/make-campaign.ts';
import { makeLargeCampaign } from '../campaign/make-large-campaign.ts';
import { type BenchQueue, openQueue } from '../campaign/open-queue.ts';
import type { Figure, Measurement } from '../figure.ts';

const count = (value: number): string => value.toLocaleString('en');

function timeMs(run: () => unknown): number {
  const startedAtMs = performance.now();
  run();
  return performance.now() - startedAtMs;
}

/** How long the event loop waited at most while something was done, ms, and how long it took. */
async function watchStall(run: () => unknown): Promise<{ stallMs: number; seconds: number }> {
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  const startedAtMs = performance.now();
  await run();
  const seconds = (performance.now() - startedAtMs) / 1000;
  // What came last is counted when the loop turns.
  await delay(20);
  delays.disable();
  return { stallMs: delays.max / 1e6, seconds };
}

/** What the loop of `oact serve` does with many records at once, in this process; and what reports cost then. */
export async function measureLarge(context: BenchContext): Promise<Measurement> {
  const [rejected, settled, cancelled, past] = context.isQuick
    ? [5000, 500, 1000, 5000]
    : [100_000, 10_000, 100_000, 300_000];
  const idle = await watchStall(() => delay(1000));
  const stallOf = (what: string, { stallMs, seconds }: Awaited<ReturnType<typeof watchStall>>): Figure => ({
    what: `longest stall of serve while ${what} (${seconds.toFixed(1)} s)`,
    unit: 'ms',
    value: stallMs,
    target: { atMost: 100 },
  });
  const figures = await withCampaign(context, Math.max(rejected, settled, cancelled), 1, async (world) => {
    const { workflow, queue, redis, batch } = world;
    const selection = { ...selectionOf('id', settled), minAtoms: 63 };
    const supply = createSupply(workflow, selection);
    const filtered = await watchStall(() => enqueue(workflow, queue, selection, batch, { supply }));
    const other = { ...batch, jobDirPattern: '/elsewhere/job_{id}' };
    const planned = await watchStall(() =>
      enqueue(workflow, queue, selectionOf('id', settled), {
        ...other,
        jobRoot: join(context.dir, 'elsewhere'),
      }),
    );
    await enqueue(workflow, queue, selectionOf('id', settled), batch, { pageSize: 250 });
    await finishJobs(context, world.campaign);
    const log = createLogger({ level: 'error' });
    const options = { rulesOf: rowOf, lane: defaultLane, jobRoot: world.campaign.jobRoot, log };
    const settling = await watchStall(() => sweepFinished(workflow, redis, options));
    const queued = await watchStall(() =>
      enqueue(workflow, queue, selectionOf('id', cancelled), batch, { pageSize: 250 }),
    );
    const records = listCancellable(workflow, { statuses: ['running'], ids: null });
    const cancelling = await watchStall(() =>
      cancel(workflow, { queue, redis }, records, { lane: defaultLane, reason: 'bench', noticeSeconds: 0 }),
    );
    return [
      stallOf(`${count(rejected)} records are filtered out`, filtered),
      stallOf(`${count(rejected)} records are planned and left out`, planned),
      stallOf(`${count(settled)} results are settled`, settling),
      stallOf(`${count(records.length)} records are queued`, queued),
      stallOf(`${count(records.length)} jobs are cancelled`, cancelling),
    ];
  });
  const reports = await withCampaign(context, past, 0.38, ({ workflow }) =>
    Promise.resolve(timeReports(workflow, past)),
  );
  return {
    figures: [...figures, ...reports],
    notes: [`the loop of a process that does nothing: ${idle.stallMs.toFixed(1)} ms at most`],
  };
}

interface LargeWorld extends BenchQueue {
  campaign: ReturnType<typeof makeLargeCampaign>;
  workflow: Workflow;
  batch: ReturnType<typeof batchOf>;
}

async function withCampaign<T>(
  context: BenchContext,
  rows: number,
  waitingShare: number,
  use: (world: LargeWorld) => Promise<T>,
): Promise<T> {
  const campaign = makeLargeCampaign(join(context.dir, `large-${rows}-${waitingShare}`), rows, waitingShare);
  const workflow = openWorkflow(campaign.databasePath);
  const open = await openQueue(context, campaign.campaignId);
  try {
    return await use({ ...open, campaign, workflow, batch: batchOf(campaign) });
  } finally {
    await open.close();
    workflow.close();
    rmSync(campaign.dir, { recursive: true });
  }
}

function timeReports(workflow: Workflow, rows: number): Figure[] {
  const scan = workflow.db.prepare(
    `select outcome, count(*), total(json_array_length(cores) * elapsed_seconds) from oact_attempts group by outcome`,
  );
  return [
    {
      what: `core-hours and node health of ${rows.toLocaleString('en')} records`,
      unit: 'ms',
      value: timeMs(() => [sumCoreHours(workflow), listNodeHealth(workflow)]),
      floor: { what: 'one scan of the attempts', value: timeMs(() => scan.all()) },
      target: { atMost: 0.1 },
    },
  ];
}
