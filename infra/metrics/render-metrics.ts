import { Counter, Gauge, Registry } from 'prom-client';
import { splitClaimed } from '../../core/waiting/claimed-jobs.ts';
import type { Snapshot } from './snapshot.ts';

/** Media type of what `renderMetrics` makes. */
export const metricsType = Registry.PROMETHEUS_CONTENT_TYPE;

type Samples = readonly (readonly [labels: Record<string, string>, value: number])[];

/** A campaign's figures as Prometheus reads them. What is not known is left out; `…_up` says why. */
export function renderMetrics(snapshot: Snapshot): Promise<string> {
  const registry = new Registry();
  const gauge = (name: string, help: string, samples: Samples | number): void => {
    const list: Samples = typeof samples === 'number' ? [[{}, samples]] : samples;
    const metric = new Gauge({ name, help, labelNames: labelsOf(list), registers: [registry] });
    for (const [labels, value] of list) metric.set(labels, value);
  };
  const counter = (name: string, help: string, samples: Samples | number): void => {
    const list: Samples = typeof samples === 'number' ? [[{}, samples]] : samples;
    const metric = new Counter({ name, help, labelNames: labelsOf(list), registers: [registry] });
    for (const [labels, value] of list) metric.inc(labels, value);
  };
  gauge('oact_campaign_info', 'Id of the campaign.', [[{ campaign: snapshot.campaignId }, 1]]);
  addDatabase(snapshot, gauge, counter);
  addQueue(snapshot, gauge, counter);
  return registry.metrics();
}

type Add = (name: string, help: string, samples: Samples | number) => void;

const labelsOf = (samples: Samples): string[] => Object.keys(samples[0]?.[0] ?? {});

function samplesOf(label: string, counts: Record<string, number>): Samples {
  return Object.entries(counts).map(([name, count]) => [{ [label]: name }, count]);
}

function addDatabase({ database }: Snapshot, gauge: Add, counter: Add): void {
  gauge('oact_database_up', '1 when the database can be read.', database ? 1 : 0);
  if (!database) return;
  const { total: _, ...statuses } = database.records;
  const settled = { completed: 0, failed: 0, timed_out: 0 };
  const coreSeconds = { completed: 0, failed: 0, timed_out: 0 };
  const failures: Record<string, number> = {};
  for (const ending of database.endings) {
    settled[ending.outcome] += ending.count;
    coreSeconds[ending.outcome] += ending.coreSeconds;
    if (ending.class !== null) failures[ending.class] = (failures[ending.class] ?? 0) + ending.count;
  }
  gauge('oact_records', 'Records by status.', samplesOf('status', statuses));
  gauge(
    'oact_attempts_open',
    'Attempts that are queued, running, or not settled yet.',
    database.openAttempts,
  );
  counter('oact_attempts_settled_total', 'Attempts that ended, by outcome.', samplesOf('outcome', settled));
  counter('oact_attempt_failures_total', 'Failed attempts by failure class.', samplesOf('class', failures));
  counter(
    'oact_core_seconds_total',
    'Core-seconds of settled runs, by outcome.',
    samplesOf('outcome', coreSeconds),
  );
  if (database.lastEndingAt !== null) {
    const seconds = Date.parse(database.lastEndingAt) / 1000;
    gauge('oact_last_settled_timestamp_seconds', 'Time when an attempt last ended.', seconds);
  }
}

function addQueue({ queue, takenAt, database }: Snapshot, gauge: Add, counter: Add): void {
  gauge('oact_redis_up', '1 when Redis answers.', queue ? 1 : 0);
  if (!queue) return;
  const { redis } = queue;
  const lagSeconds =
    queue.oldestFinishedMs === null ? 0 : Math.max(0, (takenAt.getTime() - queue.oldestFinishedMs) / 1000);
  gauge(
    'oact_queue_jobs',
    'Jobs in the queue by state.',
    queue.lanes.flatMap(({ lane, ...jobs }) =>
      Object.entries(jobs).map(([state, count]): [Record<string, string>, number] => [
        { lane, state },
        count,
      ]),
    ),
  );
  if (database) {
    const { queued, putOff, running, toSettle, elsewhere } = splitClaimed(
      database.records.running,
      queue.jobs,
    );
    gauge(
      'oact_records_claimed',
      'Records with the status running, by where they are.',
      samplesOf('state', { queued, put_off: putOff, running, to_settle: toSettle, elsewhere }),
    );
  }
  gauge(
    'oact_reconcile_lag_seconds',
    'Seconds that the oldest finished job has waited to be settled.',
    lagSeconds,
  );
  gauge(
    'oact_consumers',
    'Consumers by state; ended ones are kept for a day.',
    samplesOf('state', queue.consumers),
  );
  gauge('oact_slots', 'Slots of live consumers.', queue.slots);
  gauge('oact_slots_busy', 'Slots that run a job.', queue.busySlots);
  gauge('oact_jobs_stalled', 'Running jobs that write nothing and use no CPU.', queue.stalledJobs);
  gauge('oact_redis_memory_bytes', 'Memory that Redis uses.', redis.usedMemoryBytes);
  gauge('oact_redis_memory_limit_bytes', 'Memory limit of Redis; 0 if there is none.', redis.maxMemoryBytes);
  gauge('oact_redis_connections', 'Open connections.', redis.connectedClients);
  gauge('oact_redis_connections_limit', 'Maximum number of connections.', redis.maxClients);
  gauge('oact_redis_append_only', '1 when Redis keeps its data on disk.', redis.appendOnly ? 1 : 0);
  gauge('oact_redis_append_only_bytes', 'Size of its append-only file.', redis.appendOnlyBytes);
  gauge(
    'oact_redis_disk_writable',
    '0 when the last write of Redis to disk failed; it accepts no jobs then.',
    redis.isDiskWritable ? 1 : 0,
  );
  gauge('oact_redis_uptime_seconds', 'Seconds since Redis started.', redis.uptimeSeconds);
  counter('oact_redis_commands_total', 'Commands since Redis started.', redis.commandsProcessed);
}
