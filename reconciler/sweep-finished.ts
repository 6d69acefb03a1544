import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Logger } from '../core/logger.ts';
import { queueNameOf, queuePrefix } from '../core/queue-names.ts';
import { type Settlement, settleJobs } from '../workflow/settle-jobs.ts';
import type { Workflow } from '../workflow/workflow.ts';
import { decideSettlement, type FinishedJob, parseReturnValue } from './decide-settlement.ts';
import { readResultFile } from './read-result-file.ts';
import { readFinishedScript, removeFinishedScript } from './sweep-script.ts';

export interface SweepReport {
  /** Attempts whose record was changed. */
  settled: number;
  /** Answers that came too late or twice: they changed nothing. */
  stale: number;
  /** Jobs on the queue that are not ours; they were left there. */
  foreign: number;
}

export interface SweepOptions {
  lane: string;
  jobRoot: string;
  log: Logger;
  /** Foreign jobs that were named already; keep it between sweeps, or each sweep names them again. */
  named?: Set<string>;
}

/** One transaction and three round trips per batch. Larger batches hold the write lock for longer. */
const batchSize = 500;

const textOrNull = z.union([z.string(), z.null()]);
const finishedSchema = z.array(z.tuple([z.string(), textOrNull, textOrNull, textOrNull]));

/**
 * Settles everything that is finished on the queue: read → one transaction → commit → remove. Killed anywhere,
 * the next sweep reads the same jobs again and the settled ones change nothing.
 */
export async function sweepFinished(
  workflow: Workflow,
  redis: Redis,
  options: SweepOptions,
): Promise<SweepReport> {
  const report: SweepReport = { settled: 0, stale: 0, foreign: 0 };
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
  let foreign = 0;
  for (;;) {
    const reply = await redis.eval(readFinishedScript, 2, base + set, base, foreign, foreign + batchSize - 1);
    const finished = finishedSchema.parse(reply);
    if (finished.length === 0) break;
    const settlements: Settlement[] = [];
    const removable: string[] = [];
    for (const [jobId, returnValue, failedReason, data] of finished) {
      const needsFile = set === 'failed' || parseReturnValue({ jobId, returnValue }) === undefined;
      const published = needsFile
        ? await readResultFile(jobId, data, options.jobRoot, options.log)
        : undefined;
      const decision = decideSettlement(
        { jobId, set, returnValue, failedReason },
        workflow.campaignId,
        published,
      );
      if (decision.kind === 'foreign') {
        foreign += 1;
        if (options.named?.has(jobId) === true) continue;
        options.named?.add(jobId);
        options.log.warn(
          { jobId, reason: decision.reason },
          'a job on the queue is not ours and was left there',
        );
        continue;
      }
      settlements.push(decision.settlement);
      removable.push(jobId);
    }
    const { applied, stale } = settleJobs(workflow, settlements);
    if (removable.length > 0) await redis.eval(removeFinishedScript, 2, base + set, base, ...removable);
    report.settled += applied;
    report.stale += stale;
    for (const { recordId, attempt, outcome } of settlements)
      options.log.debug({ recordId, attempt, outcome }, 'attempt settled');
  }
  report.foreign += foreign;
}
