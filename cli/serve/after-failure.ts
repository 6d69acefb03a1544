import type { Campaign } from '../../core/config/load-config.ts';
import { rowOf } from '../../orca/failures/catalogue.ts';
import { decideRetry } from '../../orca/retry/decide-retry.ts';
import { parseRetryPolicy } from '../../orca/retry/retry-policy.ts';
import type { AfterFailure } from '../../workflow/attempts/settle-and-retry.ts';

/** Flags that bear on what follows a failure. */
export interface RetryFlags {
  /** False for --no-retry. */
  retry?: boolean;
  maxFailCount?: number;
}

/**
 * What follows a failed attempt by the campaign's settings.
 * @param isOneMachine all jobs run on this machine, as with `oact run`
 * @throws OactError CONFIG_INVALID, also when retries are switched off: a mistake must not wait for the day they are on
 */
export function afterFailureOf({ config }: Campaign, flags: RetryFlags, isOneMachine = false): AfterFailure {
  const { enabled, maxPerRecord, classes, backoffFirst, backoffLongest } = config.retry;
  const policy = parseRetryPolicy(classes);
  const limits = {
    maxPerRecord,
    maxFailCount: flags.maxFailCount ?? config.job.maxFailCount,
    backoffFirstSeconds: backoffFirst,
    backoffLongestSeconds: backoffLongest,
  };
  const isOn = enabled && flags.retry !== false;
  return {
    decideRetry: isOn ? (situation) => decideRetry(policy, limits, situation, Math.random()) : null,
    stopAfter: config.batch.stopAfter,
    isOneMachine,
    rulesOf: rowOf,
  };
}
