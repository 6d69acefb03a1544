import { countEndings, type EndingCount } from '../../workflow/reports/count-endings.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';

/** Older than this, nothing is added to the past any more: a transaction takes seconds, and clocks may be some off. */
const settleDownMs = 60_000;

/**
 * All endings of a campaign, again and again: what is older than a minute is added up once, so that 10⁶ attempts cost
 * one scan at the first call and nothing at the next.
 */
export function createEndingTotals(): (workflow: Workflow, now: Date) => EndingCount[] {
  let past: EndingCount[] = [];
  let pastEndsAt: string | undefined;
  return (workflow, now) => {
    const to = new Date(now.getTime() - settleDownMs).toISOString();
    if (pastEndsAt === undefined || to > pastEndsAt) {
      const grown = countEndings(workflow, { ...(pastEndsAt !== undefined && { from: pastEndsAt }), to });
      past = addUp([...past, ...grown]);
      pastEndsAt = to;
    }
    return addUp([...past, ...countEndings(workflow, { from: pastEndsAt })]);
  };
}

function addUp(counts: readonly EndingCount[]): EndingCount[] {
  const sums = new Map<string, EndingCount>();
  for (const one of counts) {
    const key = `${one.outcome} ${one.class ?? ''}`;
    const sum = sums.get(key);
    if (!sum) sums.set(key, { ...one });
    else {
      sum.count += one.count;
      sum.coreSeconds += one.coreSeconds;
    }
  }
  return [...sums.values()];
}
