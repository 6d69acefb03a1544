import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { NodeVerdict } from './check-node.ts';
import {
  countFault,
  type Fault,
  type HoldLimits,
  pauseBeforeCheckMs,
  provesNodeFit,
  type FaultRounds,
} from './decide-fault-round.ts';
import type { JobEnding } from '../queue/job-answer.ts';

/** Lets no job be fetched while this node may be broken; jobs that run continue. */
export interface FetchHold {
  isHolding(): boolean;
  /** Resolves when jobs may be fetched, or when the drain has begun. @returns whether it had to wait */
  whenFit(): Promise<boolean>;
  /** A job met a fault of ours. */
  faulted(error: unknown, fault: Fault): void;
  /** A job was answered. */
  ended(ending: JobEnding): void;
  /** Resolves when no check is under way; after the drain began, soon. */
  idle(): Promise<unknown>;
}

export interface HoldParts {
  node: string;
  limits: HoldLimits;
  check: (cut: AbortSignal) => Promise<NodeVerdict>;
  log: Logger;
  draining: AbortSignal;
  /** What is wrong with the node, in words; null when it is over. */
  onWhy: (why: string | null) => void;
  /** The node is broken: the consumer must end. */
  onBroken: () => void;
}

/** Holds from the start until the checks have passed once; a node that is unfit then never fetches. */
export function createFetchHold(parts: HoldParts): FetchHold {
  const { node, limits, log, draining, onWhy, onBroken } = parts;
  let rounds: FaultRounds = { openedBy: [], fitSinceMs: 0 };
  let holding: Promise<void> | undefined;
  let checking: Promise<unknown> = Promise.resolve();

  const isHolding = (): boolean => holding !== undefined;
  const giveUp = (why: string): void => {
    onWhy(why);
    onBroken();
  };
  const check = async (limitMs: number, knownUnfit: string | null = null): Promise<NodeVerdict> => {
    const asked = parts.check(draining);
    checking = asked;
    const unanswered = {
      // A check that is cut short when the patience is over knows no better than the one before it.
      unfit: knownUnfit ?? 'its checks do not end: a file system may be hanging',
      mayPass: false,
      warnings: [],
    };
    return (await within(asked, limitMs, draining)) ?? unanswered;
  };
  const checkAtStart = async (): Promise<void> => {
    const { unfit, mayPass, warnings } = await check(limits.patienceMs);
    if (draining.aborted) return;
    for (const warning of warnings) log.warn({ warning }, 'node is doubtful');
    if (unfit === null) return;
    log.error({ unfit }, 'node is unfit');
    if (!mayPass) return giveUp(`${node} is unfit: ${unfit}`);
    onWhy(`${node} is unfit: ${unfit}`);
    await checkUntilFit(unfit);
  };
  const checkUntilFit = async (knownUnfit: string | null): Promise<void> => {
    const sinceMs = performance.now();
    const leftMs = (): number => limits.patienceMs - (performance.now() - sinceMs);
    let said = knownUnfit;
    for (let checks = 0; ; checks++) {
      const pauseMs = Math.max(0, Math.min(pauseBeforeCheckMs(checks, limits), leftMs()));
      await delay(pauseMs, undefined, { signal: draining }).catch(() => undefined);
      if (draining.aborted) return;
      const { unfit } = await check(Math.max(leftMs(), limits.firstPauseMs), said);
      if (draining.aborted) return;
      const seconds = Math.round((performance.now() - sinceMs) / 1000);
      if (unfit === null) {
        log.info({ seconds }, 'the node is fit again: fetching resumes');
        onWhy(null);
        return;
      }
      if (unfit !== said) log.error({ unfit }, 'node is unfit');
      said = unfit;
      onWhy(`${node} is unfit: ${unfit}`);
      if (leftMs() <= 0) return giveUp(`${node} was unfit for ${seconds} s: ${unfit}`);
    }
  };
  const holdDuring = (checks: Promise<void>): void => {
    holding = checks.finally(() => {
      rounds = { ...rounds, fitSinceMs: performance.now() };
      holding = undefined;
    });
  };
  holdDuring(checkAtStart());

  return {
    isHolding,
    async whenFit() {
      const waits = isHolding();
      // A fault may come in the moment in which the hold ends.
      while (isHolding() && !draining.aborted) await holding;
      return waits;
    },
    faulted(error, fault) {
      if (draining.aborted) return;
      const why = `${node} met a fault: ${messageOf(error)}`;
      onWhy(why);
      if (isHolding()) return;
      rounds = countFault(rounds, fault);
      const count = rounds.openedBy.length;
      if (count >= limits.rounds)
        return giveUp(`${node} met ${count} rounds of faults in a row, at last: ${messageOf(error)}`);
      log.warn({ why, round: count }, 'no job is fetched until the node is fit again');
      holdDuring(checkUntilFit(null));
    },
    ended(ending) {
      if (provesNodeFit(ending)) rounds = { ...rounds, openedBy: [] };
    },
    idle: () => checking,
  };
}

/** The answer, or undefined after `limitMs` or when the drain begins. */
async function within<T>(
  promise: Promise<T>,
  limitMs: number,
  draining: AbortSignal,
): Promise<T | undefined> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, draining]);
  const noAnswer = delay(limitMs, undefined, { signal }).catch(() => undefined);
  try {
    return await Promise.race([promise, noAnswer]);
  } finally {
    over.abort();
  }
}
