import { formatDuration } from '../../core/config/duration.ts';
import type { JobHistory } from '../../core/job/job-history.ts';

/**
 * Why a job that came back too often is over, as class and words for the queue; undefined when it may run.
 * Each count has the same limit, so that no job circles for ever.
 * @param ranSeconds how long its last run lasted; undefined when that is not known any more
 */
export function explainWornOut(
  history: JobHistory,
  lostCount: number,
  crashLimit: number,
  ranSeconds?: number,
): string | undefined {
  const onNode = history.node === null ? '' : `, last on ${history.node}`;
  if (lostCount >= crashLimit) {
    return `lost: lost ${times(lostCount)}: its node or consumer vanished${onNode}`;
  }
  if (history.faults >= crashLimit) {
    return `fault: ${history.lastFault ?? 'unknown'} (met ${times(history.faults)}${onNode})`;
  }
  // Preemptions and cancelled allocations say nothing of the job.
  if (history.outOfTime >= crashLimit) {
    const after = ranSeconds === undefined ? '' : ` after ${formatDuration(ranSeconds)} of running`;
    return `interrupted: cut short ${times(history.outOfTime)} by the end of a walltime${onNode}${after}: it needs a longer walltime, or a time request`;
  }
  return undefined;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
