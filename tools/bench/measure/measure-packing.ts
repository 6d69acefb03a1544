import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { renderTable } from '../../../cli/terminal/print.ts';
import { findOnPath } from '../../../consumer/fitness/find-on-path.ts';
import { makeBundle } from '../../bundle/make-bundle.ts';
import type { BenchContext } from '../bench-context.ts';
import type { Measurement } from '../figure.ts';
import type { CoreUse } from '../timing/job-intervals.ts';
import { drawDurations, listSchedule } from '../timing/list-schedule.ts';
import { packOnePerNode, packWithOact, packWithParallel, type PackingTask } from '../campaign/pack-jobs.ts';
import { hasSlurm, startSlurm } from '../campaign/start-slurm.ts';

const nodes = 4;
/** It would need a quarter of an hour for all; what it wastes shows with few. */
const onePerNodeCount = 20;

/** The same jobs on four emulated nodes of Slurm in three ways, against the least that any way can take. */
export async function measurePacking(context: BenchContext): Promise<Measurement> {
  if (!hasSlurm() || findOnPath('parallel', process.env['PATH'] ?? '') === undefined)
    return { figures: [], notes: ['not measured: this machine lacks Slurm or GNU parallel'] };
  const [slotsPerNode, jobCount, medianSeconds] = context.isQuick ? [2, 24, 0.5] : [16, 384, 6];
  const durations = drawDurations(jobCount, medianSeconds, 0.6);
  const bundle = join(mkdtempSync(join(context.dir, 'bundle-')), 'oact');
  await makeBundle(bundle);
  const slurm = await startSlurm(context.dir, nodes, slotsPerNode);
  try {
    const task: PackingTask = { slurm, nodes, slotsPerNode, durations };
    const few = { ...task, durations: durations.slice(0, onePerNodeCount) };
    const onePerNode = await packOnePerNode(context, few);
    const parallel = await packWithParallel(context, task);
    const oact = await packWithOact(context, task, join(bundle, 'bin', 'oact.js'));
    return render(task, { onePerNode, parallel, oact });
  } finally {
    await slurm.cancelAll();
    await slurm.stop();
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function rowOf(way: string, jobs: number, use: CoreUse): string[] {
  const seconds = [use.firstJobSeconds, use.tailSeconds, use.makespanSeconds].map((value) =>
    value.toFixed(1),
  );
  const [first = '', tail = '', makespan = ''] = seconds;
  return [way, String(jobs), first, percent(use.steady), tail, makespan, percent(use.whole)];
}

function render(
  { durations, slotsPerNode }: PackingTask,
  uses: { onePerNode: CoreUse; parallel: CoreUse; oact: CoreUse },
): Measurement {
  const slots = nodes * slotsPerNode;
  const total = durations.reduce((sum, seconds) => sum + seconds, 0);
  const longest = Math.max(...durations);
  const boundSeconds = Math.max(total / slots, longest);
  const listSeconds = listSchedule(durations, slots);
  const computed = (way: string, seconds: number): string[] => {
    const use = percent(total / slots / seconds);
    return [way, String(durations.length), '–', '–', '–', seconds.toFixed(1), use];
  };
  const head = ['way', 'jobs', 'first job s', 'use while jobs wait', 'tail s', 'makespan s', 'use in all'];
  const rows = [
    rowOf('one job per node', Math.min(onePerNodeCount, durations.length), uses.onePerNode),
    rowOf('GNU parallel on each node, list split before', durations.length, uses.parallel),
    rowOf('oact, sbatch consumer.slurm', durations.length, uses.oact),
    computed('GNU parallel, list sorted by run time, computed', splitSorted(durations, slotsPerNode)),
    computed('list scheduling, computed', listSeconds),
    computed('bound: the larger of total ÷ slots and the longest job', boundSeconds),
  ];
  return {
    figures: [
      {
        what: 'packing: slots that work while jobs wait',
        unit: '%',
        value: 100 * uses.oact.steady,
        target: { atLeast: 90 },
      },
      {
        what: 'packing: allocation to last end',
        unit: 's',
        value: uses.oact.makespanSeconds,
        floor: { what: 'list scheduling, computed', value: listSeconds },
      },
    ],
    notes: [
      `${nodes} emulated nodes of ${slotsPerNode} slots; jobs are sleeps, so slots are claimed and not loaded; log-normal, longest ${longest.toFixed(1)} s, together ${(total / slots).toFixed(1)} s on all slots\n${renderTable(head, rows, [1, 2, 3, 4, 5, 6])}`,
    ],
  };
}

/** A table is often sorted by size, and then one node gets all that is long. */
function splitSorted(durations: readonly number[], slotsPerNode: number): number {
  const sorted = durations.toSorted((a, b) => a - b);
  const perNode = Math.ceil(sorted.length / nodes);
  const pieces = Array.from({ length: nodes }, (_, node) =>
    sorted.slice(node * perNode, (node + 1) * perNode),
  );
  return Math.max(...pieces.map((piece) => listSchedule(piece, slotsPerNode)));
}
