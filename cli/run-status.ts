import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { OactError } from '../core/errors.ts';
import type { Campaign } from '../core/load-config.ts';
import { createLogger } from '../core/logger.ts';
import { defaultLane } from '../core/queue-names.ts';
import { describeCure, describeStop, type StoppedBatch } from '../core/stopped-batch.ts';
import { listenForStop } from '../core/stop-signal.ts';
import { listConsumers } from '../infra/consumers/list-consumers.ts';
import { countByStatus, type StatusCounts } from '../workflow/count-by-status.ts';
import { countOpenRetries } from '../workflow/count-open-retries.ts';
import { listCancelRequests } from '../workflow/list-cancel-requests.ts';
import { type Pause, readPause } from '../workflow/pause.ts';
import { listStoppedBatches } from '../workflow/stopped-batches.ts';
import { describeRunLock } from './hold-run-lock.ts';
import { campaignOf, openCampaignWorkflow } from './open-campaign.ts';
import { openQueue } from './open-queue.ts';
import { paintStatus, print, printJson, renderTable } from './print.ts';
import { type ConsumerSummary, renderConsumerSummary, summarizeConsumers } from './render-consumers.ts';
import { renderRunning } from './render-running.ts';
import { type RunningSummary, summarizeRunning } from './summarize-running.ts';

/** Flags of `oact status`. */
export interface StatusFlags {
  json?: boolean;
  watch?: boolean;
}

/** The shape of `oact status --json`. */
export interface StatusReport {
  campaign: { id: string; directory: string };
  database: StatusCounts;
  /** Of the running records, those that failed before and are tried again. */
  retries: number;
  /** Batches that were stopped, and that no other one has followed. */
  stopped: StoppedBatch[];
  /** Since when no job is given out; null: it is not paused. */
  paused: Pause | null;
  /** Running records that a person wants cancelled. */
  toCancel: number;
  /** null when Redis is away; `redis.error` says why. */
  queue: { waiting: number; active: number; completed: number; failed: number } | null;
  redis: { kind: string | null; url: string | null; error: string | null };
  /** null when Redis is away. */
  consumers: ConsumerSummary | null;
  /** null when Redis is away. */
  running: RunningSummary | null;
  /** A command that works with a queue of its own, which nobody else sees; null when there is none. */
  busy: string | null;
}

export async function runStatus(command: Command, flags: StatusFlags): Promise<void> {
  const campaign = campaignOf(command);
  const stop = listenForStop();
  do {
    const report = await readStatus(campaign);
    if (flags.json === true) printJson(report);
    else
      print(
        `${flags.watch === true && process.stdout.isTTY ? '\u001B[2J\u001B[H' : ''}${renderStatus(report)}`,
      );
    if (flags.watch === true) await delay(2000, undefined, { signal: stop.drain }).catch(() => undefined);
  } while (flags.watch === true && !stop.drain.aborted);
  stop.dispose();
}

async function readStatus(campaign: Campaign): Promise<StatusReport> {
  const workflow = openCampaignWorkflow(campaign, { readOnly: true });
  const database = countByStatus(workflow);
  const retries = countOpenRetries(workflow);
  const stopped = listStoppedBatches(workflow);
  const paused = readPause(workflow);
  const toCancel = listCancelRequests(workflow).length;
  workflow.close();
  const identity = { id: campaign.config.campaign, directory: campaign.dir };
  return {
    campaign: identity,
    database,
    retries,
    stopped,
    paused,
    toCancel,
    ...(await readQueue(campaign)),
    busy: describeRunLock(campaign.dir),
  };
}

async function readQueue(
  campaign: Campaign,
): Promise<Pick<StatusReport, 'queue' | 'redis' | 'consumers' | 'running'>> {
  try {
    const open = await openQueue(campaign, 'board', createLogger());
    try {
      const counts = await open.queue.getJobCounts('waiting', 'delayed', 'active', 'completed', 'failed');
      const { delayed = 0, active = 0, completed = 0, failed = 0 } = counts;
      // A job that met a fault waits a little longer, but it waits.
      const waiting = (counts['waiting'] ?? 0) + delayed;
      const { kind, url } = open.address;
      const now = new Date();
      const { consumers } = await listConsumers(open.redis, campaign.config.campaign, defaultLane, now);
      return {
        queue: { waiting, active, completed, failed },
        redis: { kind, url, error: null },
        consumers: summarizeConsumers(consumers, now),
        running: summarizeRunning(consumers),
      };
    } finally {
      await open.close();
    }
  } catch (error) {
    if (!(error instanceof OactError)) throw error;
    const redis = { kind: null, url: null, error: error.message };
    return { queue: null, redis, consumers: null, running: null };
  }
}

export function renderStatus(report: StatusReport): string {
  const { database, queue, redis } = report;
  const { total, other, ...counts } = database;
  const share = (count: number): string => (total === 0 ? '' : `${((100 * count) / total).toFixed(1)} %`);
  const rows = Object.entries(counts).map(([status, count]) => [paintStatus(status), count, share(count)]);
  if (other > 0) rows.push(['(unknown word)', other, share(other)]);
  const queueLine = queue
    ? `queue     ${queue.waiting} waiting, ${queue.active} running, ${queue.completed + queue.failed} finished and not settled yet`
    : `queue     not reachable: ${redis.error ?? 'unknown reason'}`;
  return [
    `campaign  ${report.campaign.id}  ${report.campaign.directory}`,
    '',
    renderTable(['status', 'records', ''], [...rows, ['total', total, '']], [1, 2]),
    '',
    queueLine,
    ...(report.consumers ? renderConsumerSummary(report.consumers, new Date()) : []),
    ...(report.running ? renderRunning(report.running, new Date()) : []),
    ...(queue ? [`redis     ${redis.kind} ${redis.url}`] : []),
    ...(report.retries > 0 ? [`retries   ${report.retries} records are tried again`] : []),
    ...(report.paused === null ? [] : [`paused    ${describePauseOf(report.paused)}`]),
    ...(report.toCancel > 0 ? [`cancel    ${report.toCancel} running records are to be cancelled`] : []),
    ...report.stopped.flatMap((batch) => [
      `stopped   ${describeStop(batch)}`,
      `          ${describeCure(batch)}`,
    ]),
    ...(report.busy === null ? [] : [`busy      ${report.busy}`]),
  ].join('\n');
}

function describePauseOf({ since, reason }: Pause): string {
  return `since ${since}${reason === null ? '' : ` (${reason})`}: no job is given out until oact resume`;
}
