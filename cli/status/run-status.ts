import type { Command } from 'commander';
import { type ClaimedJobs, splitClaimed } from '../../core/waiting/claimed-jobs.ts';
import { describeLeftOut } from '../../core/waiting/left-out.ts';
import { describePutOff, type PutOff } from '../../core/waiting/put-off.ts';
import { formatDuration } from '../../core/config/duration.ts';
import { OactError } from '../../core/errors.ts';
import type { Campaign } from '../../core/config/load-config.ts';
import { defaultLane } from '../../core/job/queue-names.ts';
import { describeCure, describeStop, type StoppedBatch } from '../../core/waiting/stopped-batch.ts';
import { listConsumers } from '../../infra/consumers/list-consumers.ts';
import { countQueue } from '../../infra/redis/count-queue.ts';
import { listPutOff } from '../../infra/redis/list-put-off.ts';
import { countByStatus, type StatusCounts } from '../../workflow/reports/count-by-status.ts';
import { countOpenRetries } from '../../workflow/attempts/count-open-attempts.ts';
import { measureRate, type Rate } from '../../workflow/reports/measure-rate.ts';
import { listCancelRequests } from '../../workflow/steering/list-cancel-requests.ts';
import { type LeftOutNote, readLeftOut } from '../../workflow/steering/left-out.ts';
import { loadNames } from '../../workflow/names/load-names.ts';
import { type Pause, readPause } from '../../workflow/steering/pause.ts';
import {
  type AllocationState,
  describeAllocationState,
  readAllocationState,
} from '../../workflow/allocations/allocation-state.ts';
import { describeServeLife, readServeLife, type ServeLife } from '../../workflow/steering/serve-life.ts';
import { listStoppedBatches } from '../../workflow/attempts/batches.ts';
import { describeRunLock } from '../campaign/hold-run-lock.ts';
import { campaignOf } from '../campaign/campaign-of.ts';
import { openCampaignWorkflow } from '../campaign/open-campaign.ts';
import { openRedis } from '../redis/open-redis.ts';
import { renderRate } from './render-rate.ts';
import { repeat } from '../terminal/repeat.ts';
import { paintStatus, print, printJson, renderTable } from '../terminal/print.ts';
import { type ConsumerSummary, renderConsumerSummary, summarizeConsumers } from '../node/render-consumers.ts';
import { renderRunning } from './render-running.ts';
import { type RunningSummary, summarizeRunning, nameRunning } from './summarize-running.ts';

/** Flags of `oact status`. */
export interface StatusFlags {
  json?: boolean;
  watch?: boolean;
}

/** The shape of `oact status --json`. */
export interface StatusReport {
  campaign: { id: string; directory: string };
  database: StatusCounts;
  /** How fast records come to an end, and when the rest will have. */
  rate: Rate;
  /** Of the running records, those that failed before and are retried. */
  retries: number;
  /** Batches that were stopped, and that no other one has followed. */
  stopped: StoppedBatch[];
  /** Since when no job is given out; null: it is not paused. */
  paused: Pause | null;
  /** Whether the `oact serve` that leads lives, and where; null: none ever did. */
  serve: ServeLife | null;
  /** Running records that a user wants cancelled. */
  toCancel: number;
  /** Where the records with the status `running` are; null when Redis is down. */
  claimed: ClaimedJobs | null;
  /** The first few jobs that are put off, with what they wait for. */
  putOff: PutOff[];
  /** Waiting records that no claim takes, as they were found last; null: none are known. */
  leftOut: LeftOutNote | null;
  /** null when Redis is down; `redis.error` says why. */
  queue: { waiting: number; active: number; completed: number; failed: number } | null;
  redis: { kind: string | null; url: string | null; error: string | null };
  /** null when Redis is down. */
  consumers: ConsumerSummary | null;
  /** null when Redis is down. */
  running: RunningSummary | null;
  /** A command that works with a queue of its own, which nobody else sees; null when there is none. */
  busy: string | null;
  /** Allocations as the last look found them. */
  allocations: AllocationState;
}

/** Jobs that are named with what they wait for. */
const shownPutOff = 3;

export async function runStatus(command: Command, flags: StatusFlags): Promise<void> {
  const campaign = campaignOf(command);
  await repeat(flags.watch === true, async () => {
    const report = await readStatus(campaign);
    if (flags.json === true) printJson(report);
    else print(renderStatus(report));
  });
}

async function readStatus(campaign: Campaign): Promise<StatusReport> {
  const workflow = openCampaignWorkflow(campaign, { readOnly: true });
  const database = countByStatus(workflow);
  const { maxFailCount } = campaign.config.job;
  const rate = measureRate(workflow, { now: new Date(), maxFailCount, counts: database });
  const retries = countOpenRetries(workflow);
  const stopped = listStoppedBatches(workflow);
  const paused = readPause(workflow);
  const serve = readServeLife(workflow, new Date());
  const allocations = readAllocationState(workflow);
  const toCancel = listCancelRequests(workflow).length;
  const leftOut = database.to_run === 0 ? null : readLeftOut(workflow);
  const seen = await readQueue(campaign, database.running);
  const running = seen.running && nameRunning(seen.running, (ids) => loadNames(workflow, ids));
  workflow.close();
  const identity = { id: campaign.config.campaign, directory: campaign.dir };
  return {
    campaign: identity,
    database,
    rate,
    retries,
    stopped,
    paused,
    serve,
    allocations,
    toCancel,
    leftOut,
    ...seen,
    running,
    busy: describeRunLock(campaign.dir),
  };
}

async function readQueue(
  campaign: Campaign,
  claimed: number,
): Promise<Pick<StatusReport, 'queue' | 'claimed' | 'putOff' | 'redis' | 'consumers' | 'running'>> {
  try {
    const open = await openRedis(campaign);
    try {
      const id = campaign.config.campaign;
      const jobs = await countQueue(open.redis, id);
      const { waiting, delayed, ...counts } = jobs;
      const { kind, url } = open.address;
      const now = new Date();
      const { consumers } = await listConsumers(open.redis, id, defaultLane, now);
      return {
        // A job that met a fault waits a little longer, but it waits.
        queue: { waiting: waiting + delayed, ...counts },
        claimed: splitClaimed(claimed, jobs),
        putOff: delayed > 0 ? await listPutOff(open.redis, id, shownPutOff) : [],
        redis: { kind, url, error: null },
        consumers: summarizeConsumers(consumers, now, counts.active),
        running: summarizeRunning(consumers),
      };
    } finally {
      open.close();
    }
  } catch (error) {
    if (!(error instanceof OactError)) throw error;
    const redis = { kind: null, url: null, error: error.message };
    return { queue: null, claimed: null, putOff: [], redis, consumers: null, running: null };
  }
}

export function renderStatus(report: StatusReport): string {
  const { database, queue, redis } = report;
  const { total, other, ...counts } = database;
  const share = (count: number): string => (total === 0 ? '' : `${((100 * count) / total).toFixed(1)} %`);
  const rows = Object.entries(counts).flatMap(([status, count]) => [
    [paintStatus(status), count, share(count)],
    ...(status === 'running' && report.claimed !== null ? listClaimed(report.claimed) : []),
  ]);
  if (other > 0) rows.push(['(unknown word)', other, share(other)]);
  const queueLine = queue
    ? `queue     ${queue.waiting} waiting${putOffWords(report.claimed)}, ${queue.active} running, ${queue.completed + queue.failed} to settle`
    : `queue     not reachable: ${redis.error ?? 'unknown reason'}`;
  return [
    `campaign  ${report.campaign.id}  ${report.campaign.directory}`,
    '',
    renderTable(['status', 'records', ''], [...rows, ['total', total, '']], [1, 2]),
    '',
    ...renderRate(report.rate),
    queueLine,
    ...report.putOff.map((one) => `put off   ${describePutOff(one, new Date())}`),
    ...renderLeftOut(report.leftOut, new Date()),
    ...(report.consumers ? renderConsumerSummary(report.consumers, new Date()) : []),
    ...(report.running ? renderRunning(report.running, new Date()) : []),
    ...(queue ? [`redis     ${redis.kind} ${redis.url}`] : []),
    ...(report.serve === null ? [] : [`serve     ${describeServeLife(report.serve, new Date())}`]),
    ...describeAllocationState(report.allocations, new Date()).map((line) => `nodes     ${line}`),
    ...(report.retries > 0 ? [`retries   ${report.retries} records are retried`] : []),
    ...(report.paused === null ? [] : [`paused    ${describePauseOf(report.paused)}`]),
    ...(report.toCancel > 0 ? [`cancel    ${report.toCancel} running records are being cancelled`] : []),
    ...report.stopped.flatMap((batch) => [
      `stopped   ${describeStop(batch)}`,
      `          ${describeCure(batch)}`,
    ]),
    ...(report.busy === null ? [] : [`busy      ${report.busy}`]),
  ].join('\n');
}

function describePauseOf({ since, reason }: Pause): string {
  return `since ${since}${reason === null ? '' : ` (${reason})`}: no job starts until oact resume`;
}

/** The table's one word `running` is said apart: most of what is claimed usually waits. */
function listClaimed({ queued, putOff, running, toSettle, elsewhere }: ClaimedJobs): (string | number)[][] {
  const parts: [string, number][] = [
    ['  queued', queued],
    ['  put off', putOff],
    ['  on nodes', running],
    ['  to settle', toSettle],
    ['  not on this queue', elsewhere],
  ];
  return parts.filter(([, count]) => count > 0).map(([name, count]) => [name, count, '']);
}

const putOffWords = (claimed: ClaimedJobs | null): string =>
  claimed === null || claimed.putOff === 0 ? '' : ` (${claimed.putOff} of them put off)`;

function renderLeftOut(note: LeftOutNote | null, now: Date): string[] {
  if (note === null) return [];
  const age = formatDuration(Math.max(0, Math.round((now.getTime() - Date.parse(note.notedAt)) / 1000)));
  return note.leftOut.map((one) => `left out  ${describeLeftOut(one)} (found by ${note.notedBy} ${age} ago)`);
}
