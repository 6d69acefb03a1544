import type { Redis } from 'ioredis';
import { messageOf } from '../core/errors.ts';
import type { RulesOf } from '../core/job/failure-class.ts';
import { jobFieldsOf } from '../core/job/job-fields.ts';
import type { Logger } from '../core/logger.ts';
import { jobIdOf } from '../core/job/payload.ts';
import { setResultAside } from '../core/job-dir/set-aside.ts';
import { listLanes } from '../core/redis/lane-names.ts';
import { defaultKeptSettled, queueNameOf, queuePrefix, settledQueueOf } from '../core/job/queue-names.ts';
import {
  describeCure,
  describeNodeStop,
  describeStop,
  type StoppedBatch,
  type StoppedNode,
} from '../core/waiting/stopped-batch.ts';
import type { OpenAttempt } from '../workflow/attempts/list-open-attempts.ts';
import { type AfterFailure, settleAndRetry, settleOnly } from '../workflow/attempts/settle-and-retry.ts';
import type { Settlement } from '../workflow/attempts/settle-jobs.ts';
import type { Workflow } from '../workflow/database/workflow.ts';
import { decideSettlement, fileWaitMs, type SettlementDecision } from './decide-settlement.ts';
import { drainOutdated, isRefusedByOlder } from './drain-outdated.ts';
import { findLastAttempt } from './find-last-attempt.ts';
import { type FinishedJob, parseFinished } from './finished-job.ts';
import { jobDirOf, type PublishedFile, readResultFile } from './read-result-file.ts';
import { askAll } from './recover-report.ts';
import { runScript } from '../core/redis/scripts/run-script.ts';
import { readFinishedScript, removeFinishedScript } from '../core/redis/scripts/sweep-scripts.ts';

export interface SweepReport {
  /** Attempts whose record was changed. */
  settled: number;
  /** Answers that came too late or twice: they changed nothing. */
  stale: number;
  /** Jobs on the queue that are not ours; they were left there. */
  foreign: number;
  /** Jobs whose result file is not visible here yet; the next sweeps look again. */
  awaited: number;
  /** Failed attempts that another one follows. */
  retried: number;
  /** Batches whose jobs died alike. */
  stopped: StoppedBatch[];
  /** Nodes on which the jobs died alike, and on no other. */
  stoppedNodes: StoppedNode[];
}

export interface SweepOptions {
  lane: string;
  jobRoot: string;
  /** The catalogue of failure classes, as far as settling asks it. */
  rulesOf: RulesOf;
  log: Logger;
  /** Foreign jobs that were named already; keep it between sweeps, or each sweep names them again. */
  named?: Set<string>;
  /** How long a result file is waited for, ms; shorter in tests. */
  fileWaitMs?: number;
  /** Settled jobs of each kind that Bull Board still shows; default 1,000. */
  keepSettled?: number;
  /** What follows a failure; without it, failures stand. */
  afterFailure?: AfterFailure;
  /** Adds the jobs of new attempts; what it leaves out is the audit's. */
  addRetries?: (retries: readonly OpenAttempt[]) => Promise<unknown>;
  /** Lets the consumers of a node end. */
  stopNode?: (node: StoppedNode) => Promise<unknown>;
}

/** One transaction and three round trips per batch. Larger batches hold the write lock for longer. */
const batchSize = 250;
/** Jobs that one log line names. */
const namedIds = 5;

/**
 * Settles everything that is finished on the queue: read → one transaction → commit → add the retries → take off the queue. Killed anywhere,
 * the next sweep reads the same jobs again and the settled ones change nothing; a retry whose job was not added is the audit's.
 */
export async function sweepFinished(
  workflow: Workflow,
  redis: Redis,
  options: SweepOptions,
): Promise<SweepReport> {
  const report: SweepReport = {
    settled: 0,
    stale: 0,
    foreign: 0,
    awaited: 0,
    retried: 0,
    stopped: [],
    stoppedNodes: [],
  };
  for (const lane of await listLanes(redis, workflow.campaignId))
    for (const set of ['completed', 'failed'] as const)
      await sweepSet(workflow, redis, { lane, set }, options, report);
  return report;
}

async function sweepSet(
  workflow: Workflow,
  redis: Redis,
  { lane, set }: { lane: string; set: FinishedJob['set'] },
  options: SweepOptions,
  report: SweepReport,
): Promise<void> {
  const prefix = queuePrefix(workflow.campaignId);
  const base = `${prefix}:${queueNameOf(lane)}:`;
  const settled = `${prefix}:${settledQueueOf(lane)}:`;
  const { keepSettled = defaultKeptSettled } = options;
  // What is left there keeps the lowest ranks: the next batch begins behind it.
  let left = 0;
  for (;;) {
    const reply = await runScript(
      redis,
      readFinishedScript,
      [base + set, base],
      [left, left + batchSize - 1],
    );
    const finished = parseFinished(reply, set);
    if (finished.length === 0) break;
    const settlements: Settlement[] = [];
    const removable: string[] = [];
    if (finished.some(({ failedReason }) => isRefusedByOlder(failedReason)))
      await drainOutdated(redis, { ...options, campaignId: workflow.campaignId });
    const place = { jobRoot: options.jobRoot, campaignId: workflow.campaignId };
    const files = await askAll(finished, (job) => readResultFile(job.jobId, job.data, place));
    for (const [index, job] of finished.entries()) {
      const decision = await decide(job, files[index] ?? { kind: 'none', path: null }, options);
      if (decision.kind === 'settle') {
        settlements.push(await withTakenAttempt(decision.settlement, job, options));
        removable.push(job.jobId);
        continue;
      }
      if (decision.kind === 'forget') {
        removable.push(job.jobId);
        continue;
      }
      left += 1;
      report[decision.kind === 'wait' ? 'awaited' : 'foreign'] += 1;
    }
    const { applied, stale, overwritten, retries, stops } = settleAndRetry(
      workflow,
      settlements,
      options.afterFailure ?? settleOnly,
    );
    if (overwritten.length > 0)
      options.log.warn(
        { count: overwritten.length, jobs: overwritten.slice(0, namedIds) },
        'another tool changed records before their jobs were settled: oact wrote the outcomes of the jobs',
      );
    for (const batch of stops.batches) options.log.error({ hint: describeCure(batch) }, describeStop(batch));
    for (const node of stops.nodes) {
      options.log.error({ node: node.node }, `node stopped: ${describeNodeStop(node)}`);
      await options.stopNode?.(node);
    }
    if (retries.length > 0) await options.addRetries?.(retries);
    if (removable.length > 0)
      await runScript(
        redis,
        removeFinishedScript,
        [base + set, base, settled],
        [keepSettled, set, ...removable],
      );
    report.settled += applied;
    report.stale += stale;
    report.retried += retries.length;
    report.stopped.push(...stops.batches);
    report.stoppedNodes.push(...stops.nodes);
    for (const settlement of settlements) logSettled(settlement, options.log);
    // What has ended since is the next sweep's.
    if (finished.length < batchSize) break;
  }
}

/** Successes are many, and their consumers have told of them. */
function logSettled({ recordId, attempt, outcome, result }: Settlement, log: Logger): void {
  const { node = null, allocationId = null, slot } = result?.ranOn ?? {};
  const fields = { ...jobFieldsOf(jobIdOf(recordId, attempt)), node, allocationId, slot, outcome };
  log[outcome.kind === 'completed' ? 'debug' : 'info'](fields, 'attempt settled');
}

/** A retry must not take the number of an attempt that is on disk already; a success has none. */
async function withTakenAttempt(
  settlement: Settlement,
  job: FinishedJob,
  { afterFailure, jobRoot }: SweepOptions,
): Promise<Settlement> {
  if (settlement.outcome.kind === 'completed' || (afterFailure?.decideRetry ?? null) === null)
    return settlement;
  const jobDir = jobDirOf(job.data, jobRoot);
  return jobDir === undefined ? settlement : { ...settlement, takenAttempt: await findLastAttempt(jobDir) };
}

async function decide(
  job: FinishedJob,
  published: PublishedFile,
  { log, named, rulesOf, ...options }: SweepOptions,
): Promise<SettlementDecision> {
  const { jobId } = job;
  const clock = { nowMs: Date.now(), waitMs: options.fileWaitMs ?? fileWaitMs };
  const decision = decideSettlement(job, published, clock, rulesOf);
  if (decision.kind === 'settle' && decision.doubt !== null) {
    const { reason, setAside } = decision.doubt;
    const movedTo = setAside === null ? null : await setResultAside(setAside, reason).catch(messageOf);
    log.warn(
      { ...jobFieldsOf(jobId), words: job.failedReason, movedTo },
      `${reason}: settled without a result`,
    );
  }
  if (decision.kind === 'foreign' && named?.has(jobId) !== true) {
    named?.add(jobId);
    log.warn(
      { ...jobFieldsOf(jobId), reason: decision.reason },
      'a job on the queue is not from oact; it was left there',
    );
  }
  return decision;
}
