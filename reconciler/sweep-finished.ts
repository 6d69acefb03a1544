import type { Redis } from 'ioredis';
import type { Logger } from '../core/logger.ts';
import { queueNameOf, queuePrefix } from '../core/queue-names.ts';
import { type Settlement, settleJobs } from '../workflow/settle-jobs.ts';
import type { Workflow } from '../workflow/workflow.ts';
import {
  decideSettlement,
  fileWaitMs,
  parseReturnValue,
  type SettlementDecision,
} from './decide-settlement.ts';
import { type FinishedJob, parseFinished } from './finished-job.ts';
import { readResultFile } from './read-result-file.ts';
import { readFinishedScript, removeFinishedScript } from './sweep-script.ts';

export interface SweepReport {
  /** Attempts whose record was changed. */
  settled: number;
  /** Answers that came too late or twice: they changed nothing. */
  stale: number;
  /** Jobs on the queue that are not ours; they were left there. */
  foreign: number;
  /** Jobs whose result file is not visible here yet; the next sweeps look again. */
  awaited: number;
}

export interface SweepOptions {
  lane: string;
  jobRoot: string;
  log: Logger;
  /** Foreign jobs that were named already; keep it between sweeps, or each sweep names them again. */
  named?: Set<string>;
  /** How long a result file is waited for, ms; shorter in tests. */
  fileWaitMs?: number;
}

/** One transaction and three round trips per batch. Larger batches hold the write lock for longer. */
const batchSize = 500;

/**
 * Settles everything that is finished on the queue: read → one transaction → commit → remove. Killed anywhere,
 * the next sweep reads the same jobs again and the settled ones change nothing.
 */
export async function sweepFinished(
  workflow: Workflow,
  redis: Redis,
  options: SweepOptions,
): Promise<SweepReport> {
  const report: SweepReport = { settled: 0, stale: 0, foreign: 0, awaited: 0 };
  for (const set of ['completed', 'failed'] as const) await sweepSet(workflow, redis, set, options, report);
  return report;
}

async function sweepSet(
  workflow: Workflow,
  redis: Redis,
  set: FinishedJob['set'],
  options: SweepOptions,
  report: SweepReport,
): Promise<void> {
  const base = `${queuePrefix(workflow.campaignId)}:${queueNameOf(options.lane)}:`;
  // What is left there keeps the lowest ranks: the next batch begins behind it.
  let left = 0;
  for (;;) {
    const reply = await redis.eval(readFinishedScript, 2, base + set, base, left, left + batchSize - 1);
    const finished = parseFinished(reply, set);
    if (finished.length === 0) break;
    const settlements: Settlement[] = [];
    const removable: string[] = [];
    for (const job of finished) {
      // Left in Redis for jobs with a return value, which nearly always can be read.
      const readData = async (): Promise<string | null> => job.data ?? redis.hget(base + job.jobId, 'data');
      const decision = await decide(job, readData, workflow.campaignId, options);
      if (decision.kind === 'settle') {
        settlements.push(decision.settlement);
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
    const { applied, stale } = settleJobs(workflow, settlements);
    if (removable.length > 0) await redis.eval(removeFinishedScript, 2, base + set, base, ...removable);
    report.settled += applied;
    report.stale += stale;
    for (const { recordId, attempt, outcome } of settlements)
      options.log.debug({ recordId, attempt, outcome }, 'attempt settled');
  }
}

async function decide(
  job: FinishedJob,
  readData: () => Promise<string | null>,
  campaignId: string,
  { jobRoot, log, named, ...options }: SweepOptions,
): Promise<SettlementDecision> {
  const { jobId } = job;
  const needsFile = job.set === 'failed' || parseReturnValue(job) === undefined;
  const published = needsFile ? await readResultFile(jobId, await readData(), jobRoot) : undefined;
  const clock = { nowMs: Date.now(), waitMs: options.fileWaitMs ?? fileWaitMs };
  const decision = decideSettlement(job, campaignId, published, clock);
  if (decision.kind === 'settle' && decision.missedFile)
    log.warn(
      { jobId, words: job.failedReason },
      'its result file did not appear: settled by the words on the queue',
    );
  if (decision.kind === 'foreign' && named?.has(jobId) !== true) {
    named?.add(jobId);
    log.warn({ jobId, reason: decision.reason }, 'a job on the queue is not ours and was left there');
  }
  return decision;
}
