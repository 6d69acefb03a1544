import { queueNameOf, queuePrefix } from './queue-names.ts';

/** The failure class of an attempt that a user cancelled: never charged, never retried. */
export const cancelledClass = 'cancelled';

/** A reason is shown in tables and in `error_message`; longer ones are cut. */
const longestReason = 200;

/**
 * The hash in Redis with the reason of each request to cancel, by job id. It is a copy of the database's for consumers, who look at it
 * with each announcement; the audit writes it again when Redis has lost it.
 */
export function cancelRequestsKey(campaignId: string, lane: string): string {
  return `${queuePrefix(campaignId)}:${queueNameOf(lane)}:cancel-requests`;
}

/** One line without control characters, as it may stand in a table. */
export function tidyReason(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, longestReason);
}

/** What the record's `error_message` says. @param reason a user's words */
export function describeCancellation(reason: string): string {
  return `${cancelledClass}: ${reason}`;
}
