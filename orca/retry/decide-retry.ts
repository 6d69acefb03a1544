import type { RetryCase, RetryDecision } from '../../core/job/retry.ts';
import { ranksOf } from '../input/ranks-of.ts';
import type { RetryPolicy } from './retry-policy.ts';
import { addStep } from './retry-step.ts';

export interface RetryLimits {
  /** Retries of one record, of all classes together, since it was put on the queue. */
  maxPerRecord: number;
  /** Records that failed this often are left alone; null: no cap. */
  maxFailCount: number | null;
  /** How long the first retry after a failure that may pass by itself waits; each further one twice as long. 0: none waits. */
  backoffFirstSeconds: number;
  backoffLongestSeconds: number;
}

/**
 * Whether a failed attempt is followed by another one, what that does otherwise, and when.
 * @param chance from 0 to 1: spreads retries that failed together
 */
export function decideRetry(
  policy: RetryPolicy,
  limits: RetryLimits,
  { tries, failCount }: RetryCase,
  chance: number,
): RetryDecision {
  const { maxPerRecord, maxFailCount } = limits;
  const last = tries.at(-1);
  const row = last && policy[last.class];
  if (!row) return leave(`the class ${last?.class ?? 'unknown'} is never retried`);
  if (row.times === 0) return leave(row.why ?? 'retry.classes says so');
  if (row.needsRun === true && last.cores === null)
    return leave('it was started as often as job.crashLimit allows');
  if (row.needsFile !== undefined && !last.files.some((name) => row.needsFile?.test(name)))
    return leave('it left no orbitals and no geometry to restart from');
  if (maxFailCount !== null && failCount >= maxFailCount)
    return leave(`it has failed ${failCount} times, and job.maxFailCount is ${maxFailCount}`);
  const retries = tries.length - 1;
  if (retries >= maxPerRecord)
    return leave(`it was retried ${retries} times, as often as retry.maxPerRecord allows`);
  const count = tries.filter((one) => one.class === last.class).length;
  if (count > row.times)
    return leave(`${row.times} ${row.times === 1 ? 'retry' : 'retries'} after ${last.class} did not help`);
  const step = row.ladder[Math.min(count, row.ladder.length) - 1] ?? {};
  const remedies = addStep(last.remedies, step);
  if (step.ranks !== undefined && last.cores !== null) {
    const before = ranksOf(last.cores, last.remedies);
    if (ranksOf(last.cores, remedies) >= before)
      return leave(
        `its slot gives ${before === 1 ? 'one rank' : `${before} ranks`}, and fewer cannot be had`,
      );
  }
  if (!row.waits) return { kind: 'retry', reason: row.words, remedies, waitSeconds: 0, avoidNodes: [] };
  const troubled = tries.filter((one) => policy[one.class]?.waits === true);
  return {
    kind: 'retry',
    reason: row.words,
    remedies,
    waitSeconds: backOff(troubled.length, limits, chance),
    avoidNodes: [...new Set(troubled.flatMap(({ node }) => node ?? []))],
  };
}

/** Doubled from failure to failure, a quarter more or less by chance: what fell together shall not come back together. */
function backOff(
  failures: number,
  { backoffFirstSeconds, backoffLongestSeconds }: RetryLimits,
  chance: number,
): number {
  const doubled = Math.min(backoffFirstSeconds * 2 ** (failures - 1), backoffLongestSeconds);
  return Math.round(doubled * (0.75 + chance / 2) * 1000) / 1000;
}

function leave(reason: string): RetryDecision {
  return { kind: 'leave', reason };
}
