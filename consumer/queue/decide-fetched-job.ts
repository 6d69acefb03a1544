import type { KeyObject } from 'node:crypto';
import { OactError } from '../../core/errors.ts';
import type { JobHistory } from '../../core/job/job-history.ts';
import { jobIdOf, type JobPayload, parsePayload } from '../../core/job/payload.ts';
import { checkSignature, unsignedRefusal } from '../../core/payload-signature.ts';
import { findInputProblem } from '../../orca/input/find-input-problem.ts';
import { applyRemedies } from '../../orca/retry/apply-remedies.ts';
import { explainWornOut } from './explain-worn-out.ts';

export type FetchedJobDecision =
  | { kind: 'run'; payload: JobPayload }
  /** It is no job of ours, or none that we can read: it goes to `failed` with this reason, its directory not looked at. */
  | { kind: 'refuse'; reason: string }
  /** This node cannot read it, but another may: its oact is older than the producer's. */
  | { kind: 'unfit'; error: OactError }
  /** It came back too often: it goes to `failed` with this reason, unless a result of it is on disk. */
  | { kind: 'give_up'; payload: JobPayload; reason: string }
  /** It does not fit before the end of the walltime: it goes back, and this consumer takes no more. */
  | { kind: 'too_late'; payload: JobPayload };

export interface FetchedJobContext {
  jobId: string | undefined;
  campaignId: string;
  /** undefined: nothing is verified. */
  publicKey?: KeyObject | undefined;
  /** BullMQ's stalled counter: starts whose consumer vanished. */
  lostCount: number;
  history: JobHistory;
  crashLimit: number;
  endsAt: Date | null;
  /** When this consumer began; without it, an expected time is not looked at. */
  startedAt?: Date;
  now: Date;
}

/**
 * A node that is asked for no more than this part of what it was granted can take every job at least once: a time that is only
 * expected must never keep a job from all nodes.
 */
const grantedShare = 0.9;

/** The request that a user has set is kept to the letter; what is only expected is a wish. */
function fitsBefore(
  endsAt: Date,
  { timeRequestSeconds, expected }: JobPayload,
  { now, startedAt = now }: FetchedJobContext,
): boolean {
  const left = (endsAt.getTime() - now.getTime()) / 1000;
  if (timeRequestSeconds > 0) return timeRequestSeconds < left;
  const granted = (endsAt.getTime() - startedAt.getTime()) / 1000;
  return left > 0 && Math.min(expected?.upperSeconds ?? 0, grantedShare * granted) < left;
}

/**
 * What to do with a job that was just fetched. BullMQ's own `deferredFailure` is not looked at: a stall check of another
 * program may set it with a limit of its own, and here only `crashLimit` decides.
 */
export function decideFetchedJob(data: unknown, context: FetchedJobContext): FetchedJobDecision {
  let payload: JobPayload;
  try {
    payload = parsePayload(data);
  } catch (error) {
    if (!(error instanceof OactError)) throw error;
    if (error.code === 'PAYLOAD_VERSION') return { kind: 'unfit', error };
    return { kind: 'refuse', reason: `payload_refused: ${error.message}` };
  }
  const jobId = jobIdOf(payload.recordId, payload.attempt);
  if (payload.campaignId !== context.campaignId) {
    return {
      kind: 'refuse',
      reason: `payload_refused: it belongs to campaign ${payload.campaignId}, not ${context.campaignId}`,
    };
  }
  // A copy under another id would run beside the true job, in the same directory.
  if (context.jobId !== jobId) {
    return { kind: 'refuse', reason: `payload_refused: its payload is that of ${jobId}` };
  }
  const refusal = findRefusal(data, payload, context.publicKey);
  if (refusal !== undefined) return { kind: 'refuse', reason: refusal };
  const wornOut = explainWornOut(context.history, context.lostCount, context.crashLimit);
  if (wornOut !== undefined) return { kind: 'give_up', payload, reason: wornOut };
  const fits = context.endsAt === null || fitsBefore(context.endsAt, payload, context);
  return fits ? { kind: 'run', payload } : { kind: 'too_late', payload };
}

/** Why a payload must not become an input, in class and words. */
function findRefusal(data: unknown, payload: JobPayload, key: KeyObject | undefined): string | undefined {
  if (key !== undefined && typeof data === 'object' && data !== null) {
    const checked = checkSignature(data, key);
    if (checked === 'unsigned')
      return `${unsignedRefusal}: it was queued by an older oact, or not by a producer of this campaign; the audit queues it again`;
    if (checked === 'forged')
      return 'payload_refused: no producer of this campaign signed it; check who else writes to this queue';
  }
  const problem = findInputProblem(applyRemedies(payload.calculation, payload.remedies));
  return problem === undefined
    ? undefined
    : `payload_refused: ORCA would not be given this input: ${problem}`;
}
