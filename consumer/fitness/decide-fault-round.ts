import type { JobEnding } from '../queue/job-answer.ts';

/** What was met since a job last ran well; jobs on parallel slots that meet one cause make one round. */
export interface FaultRounds {
  /** The job that opened each round. */
  openedBy: readonly string[];
  /** When the node was last found fit, on the clock that fetches are noted by. */
  fitSinceMs: number;
}

export interface Fault {
  jobId: string;
  fetchedAtMs: number;
}

export interface HoldLimits {
  /** Wait before the first check after a fault, doubled at each further one. */
  firstPauseMs: number;
  longestPauseMs: number;
  /** How long a node may stay unfit before its consumer gives up. */
  patienceMs: number;
  /** Rounds, without a job that ran well between them, after which a node is taken for broken although its checks pass: they start no calculation. */
  rounds: number;
}

/**
 * 30 s is as often as a user wants to read of it, and soon enough for a disk that was freed. Two minutes are longer than
 * a failover of a file server usually takes, and short beside the hour for which an allocation would else stand idle.
 */
export const usualHoldLimits: HoldLimits = {
  firstPauseMs: 1000,
  longestPauseMs: 30_000,
  patienceMs: 120_000,
  rounds: 3,
};

/**
 * Counts a fault that came while nothing was amiss. It opens no round if its job was fetched before the node was last found fit:
 * a disk that was full for a moment spoils every run on it, and each shows it at its own end. Nor if the job opened one
 * already: it may be the cause itself, and alone it must not stop a node.
 */
export function countFault(rounds: FaultRounds, { jobId, fetchedAtMs }: Fault): FaultRounds {
  if (fetchedAtMs < rounds.fitSinceMs || rounds.openedBy.includes(jobId)) return rounds;
  return { ...rounds, openedBy: [...rounds.openedBy, jobId] };
}

/** Whether ORCA ran here to an end of its own, or to the job's limit: then the node is not broken. */
export function provesNodeFit(ending: JobEnding): boolean {
  return ending === 'completed' || ending === 'failed' || ending === 'timed_out';
}

/** @param checks how many there were since the fault */
export function pauseBeforeCheckMs(checks: number, limits: HoldLimits): number {
  return Math.min(limits.firstPauseMs * 2 ** checks, limits.longestPauseMs);
}
