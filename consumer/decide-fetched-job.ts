import { OactError } from '../core/errors.ts';
import { type JobPayload, parsePayload } from '../core/payload.ts';

export type FetchedJobDecision =
  | { kind: 'run'; payload: JobPayload }
  /** The job can never run: it goes to `failed` with this reason. */
  | { kind: 'refuse'; reason: string }
  /** It does not fit before the end of the walltime: it goes back, and this consumer takes no more. */
  | { kind: 'too_late' };

/**
 * What to do with a job that was just fetched.
 * @param lostCount BullMQ's stalled counter: starts whose consumer vanished
 */
export function decideFetchedJob(
  data: unknown,
  context: { campaignId: string; lostCount: number; crashLimit: number; endsAt: Date | null; now: Date },
): FetchedJobDecision {
  let payload: JobPayload;
  try {
    payload = parsePayload(data);
  } catch (error) {
    if (!(error instanceof OactError)) throw error;
    return { kind: 'refuse', reason: `payload_refused: ${error.message}` };
  }
  if (payload.campaignId !== context.campaignId) {
    return {
      kind: 'refuse',
      reason: `payload_refused: it belongs to campaign ${payload.campaignId}, not ${context.campaignId}`,
    };
  }
  if (context.lostCount >= context.crashLimit) {
    return { kind: 'refuse', reason: `lost: its node or consumer vanished ${context.lostCount} times` };
  }
  const fits =
    context.endsAt === null ||
    context.now.getTime() + payload.timeRequestSeconds * 1000 < context.endsAt.getTime();
  return fits ? { kind: 'run', payload } : { kind: 'too_late' };
}
