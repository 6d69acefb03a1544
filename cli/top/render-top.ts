import pc from 'picocolors';
import { type KnownConsumer, secondsSince } from '../../core/progress/consumer-registry.ts';
import { describeUse, drawCores } from '../../core/progress/draw-cores.ts';
import { formatDuration } from '../../core/config/duration.ts';
import { describeLeftOut } from '../../core/waiting/left-out.ts';
import { parseJobId } from '../../core/job/payload.ts';
import { describePutOff } from '../../core/waiting/put-off.ts';
import { alignColumns, type Cell } from '../terminal/align-columns.ts';
import { paintStatus } from '../terminal/print.ts';
import { describeAllocationState } from '../../workflow/allocations/allocation-state.ts';
import { describeServeLife } from '../../workflow/steering/serve-life.ts';
import type { Snapshot } from './read-snapshot.ts';
import { describeCycle, describePhase, describeScf, describeSigns } from '../status/render-progress.ts';
import { describeEta, describePerHour } from '../status/render-rate.ts';

/** What stands still above the list of nodes. */
export function renderTopHeader(snapshot: Snapshot): string[] {
  const { database, rate, queue, redis, consumers, paused } = snapshot;
  const now = new Date(snapshot.at);
  const present = consumers.filter(({ state }) => state !== 'silent');
  const sum = (field: 'busy' | 'slots'): number => present.reduce((total, one) => total + one[field], 0);
  const statuses = (['to_run', 'running', 'completed', 'failed', 'timeout'] as const).map(
    (status) =>
      `${paintStatus(status)} ${database[status].toLocaleString('en')}${status === 'running' ? describeClaimed(snapshot) : ''}`,
  );
  // A consumer speaks every ten seconds only: the queue knows better which jobs have ended.
  const busy = Math.min(sum('busy'), queue?.active ?? Infinity);
  const age = Math.max(0, ...present.map(({ seenAt }) => Math.round(secondsSince(seenAt, now))));
  const asOf = present.length === 0 ? '' : `, as reported up to ${age} s ago`;
  const perHour = rate.perHour === null ? '' : `${describePerHour(rate.perHour)}, `;
  return [
    `${pc.bold('oact top')}  ${snapshot.campaign.directory}  ${snapshot.at.slice(0, 19).replace('T', ' ')} UTC`,
    `${statuses.join('  ')}  of ${database.total.toLocaleString('en')}`,
    `${perHour}ETA ${describeEta(rate, now)}`,
    queue === null
      ? pc.red(`queue not reachable: ${'error' in redis ? redis.error : ''}`)
      : `queue ${queue.waiting} waiting, ${queue.active} running${queue.delayed > 0 ? `, ${queue.delayed} put off` : ''}, ${queue.unsettled} not settled  ${'kind' in redis ? `${redis.kind} ${redis.url}` : ''}`,
    `${present.length} ${present.length === 1 ? 'consumer' : 'consumers'}, ${busy} of ${sum('slots')} slots busy${asOf}`,
    ...describeServe(snapshot, now),
    ...describeAllocationState(snapshot.allocations, now).map((line) => `allocations: ${line}`),
    ...(paused === null
      ? []
      : [
          pc.yellow(
            `paused since ${paused.since}${paused.reason === null ? '' : ` (${paused.reason})`}: oact resume`,
          ),
        ]),
    ...snapshot.putOff.map((one) => pc.yellow(`put off: ${describePutOff(one, now)}`)),
    ...(snapshot.leftOut?.leftOut ?? []).map((one) => `left out: ${describeLeftOut(one)}`),
  ];
}

function describeServe({ serve }: Snapshot, now: Date): string[] {
  if (serve === null) return [];
  const line = `serve ${describeServeLife(serve, now)}`;
  return [serve.state === 'silent' ? pc.red(line) : line];
}

/** The table's one word `running`, said apart. */
function describeClaimed({ claimed }: Snapshot): string {
  if (claimed === null || claimed.queued + claimed.putOff + claimed.toSettle === 0) return '';
  const parts = [
    `${claimed.queued} queued`,
    ...(claimed.putOff > 0 ? [`${claimed.putOff} put off`] : []),
    `${claimed.running} on nodes`,
    ...(claimed.toSettle > 0 ? [`${claimed.toSettle} to settle`] : []),
  ];
  return ` (${parts.join(', ')})`;
}

/** The columns of nodes and jobs. */
export const topColumns = ['node', 'slot', 'record', 'name', 'formula', 'for', 'phase', 'cycle', 'SCF', ''];

/** Nodes with their jobs, one line each, as they are printed once. */
export function renderTopNodes(snapshot: Snapshot): string[] {
  const now = new Date(snapshot.at);
  if (snapshot.queue === null) return [];
  if (snapshot.consumers.length === 0) return ['no consumer runs'];
  const rows = snapshot.consumers.flatMap((consumer) => [
    nodeCells(consumer, now),
    ...coreRows(consumer),
    ...consumer.jobs.toSorted((a, b) => a.slot - b.slot).map((job) => jobCells(job, snapshot.names, now)),
  ]);
  // Who gave no names needs no column for them.
  const hasNames = Object.keys(snapshot.names).length > 0;
  const kept = <T>(cells: readonly T[]): T[] => (hasNames ? [...cells] : cells.toSpliced(3, 1));
  return alignColumns(
    kept(topColumns),
    rows.map((row) => kept(row)),
    hasNames ? [1, 2, 5] : [1, 2, 4],
  );
}

export function nodeCells(consumer: KnownConsumer, now: Date): Cell[] {
  const { node, state, endsAt, allocationId, why, reason } = consumer;
  const left =
    endsAt === null ? 'end unknown' : `${formatDuration(Math.max(0, -secondsSince(endsAt, now)))} left`;
  const word = state === 'running' ? null : state === 'silent' ? pc.red('silent') : pc.yellow(state);
  const signs = [word, left, allocationId, reason, why].filter((part) => part !== null);
  return [pc.bold(node), describeUse(consumer), '', '', '', '', '', '', '', signs.join(', ')];
}

/** A node that is packed shows its cores, not slots. */
function coreRows(consumer: KnownConsumer): Cell[][] {
  const drawn = drawCores(consumer);
  if (drawn === null) return [];
  const kept = consumer.packing?.reservedFor ?? null;
  const words = kept === null ? [] : [`cores are kept for ${kept}`];
  return [['', '', '', '', '', '', '', '', '', ['cores', ...drawn, ...words].join(' ')]];
}

export function jobCells(job: KnownConsumer['jobs'][number], names: Snapshot['names'], now: Date): Cell[] {
  const { slot, jobId, formula, startedAt, progress } = job;
  const signs = progress === null ? '' : describeSigns(progress, now);
  return [
    '',
    slot,
    parseJobId(jobId)?.recordId ?? jobId,
    names[parseJobId(jobId)?.recordId ?? ''] ?? '',
    formula,
    formatDuration(Math.max(0, secondsSince(startedAt, now))),
    progress && describePhase(progress),
    progress && describeCycle(progress),
    progress && describeScf(progress),
    progress !== null && progress.stalledSince !== null ? pc.red(signs) : signs,
  ];
}
