import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { inheritedEnvironment } from '../../core/config/environment.ts';
import type { Logger } from '../../core/logger.ts';
import { readAllocation } from '../../scheduler/read-allocation.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import { releaseLease, takeOrRenewLease } from '../../workflow/steering/leases.ts';
import { serveLease, serveLeaseSeconds } from '../../workflow/steering/serve-life.ts';

/** Which of several `oact serve` leads: that one runs hooks, mends records and submits allocations. All of them sweep and refill. */
export interface Leadership {
  /** Whether this process leads. Ends by itself when the lease could not be renewed in time. */
  isLeading(): boolean;
  /** Takes or renews the lease when that is due: to be called in each round. @throws OactError DATABASE_… */
  keep(): void;
  /** Gives the lease back; a database that cannot be used lets it run out instead. */
  stop(): void;
}

export interface LeadOptions {
  workflow: Workflow;
  log: Logger;
  /** Of all leases that this process takes. */
  holder?: string;
  /** For tests, seconds. */
  leaseSeconds?: number | undefined;
}

/** A name for this process that no other one has. */
export const nameOfProcess = (): string => `${hostname()}:${process.pid}:${randomUUID()}`;

export function leadCampaign({
  workflow,
  log,
  holder: own = nameOfProcess(),
  leaseSeconds = serveLeaseSeconds,
}: LeadOptions): Leadership {
  const { node } = readAllocation(inheritedEnvironment(), hostname());
  const self = { name: serveLease, holder: own };
  let dueMs = -Infinity;
  // By the clock that nobody sets.
  let heldUntilMs = -Infinity;
  let said: string | undefined;
  const say = (leader: string, speak: () => void): void => {
    if (leader !== said) speak();
    said = leader;
  };
  return {
    isLeading: () => performance.now() < heldUntilMs,
    keep: () => {
      const askedMs = performance.now();
      if (askedMs < dueMs) return;
      const answer = takeOrRenewLease(workflow, {
        ...self,
        seconds: leaseSeconds,
        now: new Date(),
        host: node,
      });
      const { isHeld, holder, host, pid, renewedAt } = answer;
      dueMs = askedMs + (leaseSeconds / 4) * 1000;
      heldUntilMs = isHeld ? askedMs + leaseSeconds * 1000 : -Infinity;
      if (isHeld) say(holder, () => log.info({ host, pid }, 'this oact serve leads the campaign'));
      else
        say(holder, () =>
          log.warn(
            { host, pid, lastAliveAt: renewedAt },
            'another oact serve leads the campaign: this one fills the queue and settles, and leads when the other is gone',
          ),
        );
    },
    stop: () => {
      if (heldUntilMs === -Infinity) return;
      heldUntilMs = -Infinity;
      try {
        releaseLease(workflow, { ...self, now: new Date() });
      } catch (error) {
        log.debug({ err: error }, 'the lease was not given back: it runs out by itself');
      }
    },
  };
}
