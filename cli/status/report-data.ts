import type { Campaign } from '../../core/config/load-config.ts';
import type { StoppedBatch } from '../../core/waiting/stopped-batch.ts';
import { countByStatus, type StatusCounts } from '../../workflow/reports/count-by-status.ts';
import { countFinished, type FinishedBucket } from '../../workflow/reports/count-finished.ts';
import { type CampaignEvent, listEvents } from '../../workflow/reports/list-events.ts';
import { countWarnings, type WarningCount } from '../../workflow/reports/count-warnings.ts';
import { type FailureGroup, listFailures } from '../../workflow/reports/list-failures.ts';
import { listNodeHealth, type NodeHealth } from '../../workflow/reports/list-node-health.ts';
import { listSlowest, type SlowAttempt } from '../../workflow/reports/list-slowest.ts';
import { measureRate, type Rate } from '../../workflow/reports/measure-rate.ts';
import { listUsed, type UsedAllocation } from '../../workflow/allocations/list-used.ts';
import { loadNames } from '../../workflow/names/load-names.ts';
import { listStoppedBatches } from '../../workflow/attempts/batches.ts';
import { type ResultSummary, summarizeResults } from '../../workflow/results/summarize-results.ts';
import { type CoreHoursReport, sumCoreHours } from '../../workflow/reports/sum-core-hours.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';

/** The shape of `oact report --format json`. */
export interface CampaignReport {
  at: string;
  campaign: { id: string; directory: string };
  database: StatusCounts;
  /** Statistics over the completed records. */
  results: ResultSummary;
  rate: Rate;
  /** Attempts that ended, per hour of the last day. */
  finishedPerHour: FinishedBucket[];
  failures: FailureGroup[];
  /** What to look at in completed records, by kind. */
  warnings: WarningCount[];
  coreHours: CoreHoursReport;
  slowest: SlowAttempt[];
  nodes: NodeHealth[];
  /** Open ones, and those that ended within a day. */
  allocations: UsedAllocation[];
  stopped: StoppedBatch[];
  /** The chemist's own names of the records above, by record id. */
  names: Record<string, string>;
  /** The last ones, newest first. */
  events: CampaignEvent[];
}

/** Everything a report tells, from the database alone. */
export function readReport(campaign: Campaign, workflow: Workflow, now: Date): CampaignReport {
  const database = countByStatus(workflow);
  const { maxFailCount } = campaign.config.job;
  const failures = listFailures(workflow, { examples: 3 });
  const warnings = countWarnings(workflow);
  const slowest = listSlowest(workflow, 10);
  const told = [
    ...failures.flatMap(({ examples }) => examples.map(({ recordId }) => recordId)),
    ...warnings.flatMap(({ examples }) => examples),
    ...slowest.map(({ recordId }) => recordId),
  ];
  return {
    at: now.toISOString(),
    campaign: { id: campaign.config.campaign, directory: campaign.dir },
    database,
    results: summarizeResults(workflow),
    rate: measureRate(workflow, { now, maxFailCount, counts: database }),
    finishedPerHour: countFinished(workflow, { to: now, count: 24 }),
    failures,
    warnings,
    coreHours: sumCoreHours(workflow),
    slowest,
    nodes: listNodeHealth(workflow),
    allocations: listUsed(workflow, new Date(now.getTime() - 86_400_000), now),
    stopped: listStoppedBatches(workflow),
    names: Object.fromEntries(loadNames(workflow, told)),
    events: listEvents(workflow, 20),
  };
}
