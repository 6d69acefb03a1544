// When an allocation has too little time left for all that waits.
import type { JobEnding } from './job-answer.ts';

/** So many jobs that do not fit, one after the other: hardly any will. */
const mostTooLate = 20;

/**
 * Whether nothing that is left on the queue will fit before the end of the walltime: a job came again that had not fitted, or
 * many others came that did not, and none in between that did.
 */
export function createTooLateCount(): (jobId: string, ending: JobEnding) => boolean {
  const seen = new Set<string>();
  return (jobId, ending) => {
    if (ending !== 'too_late') {
      seen.clear();
      return false;
    }
    const isOver = seen.has(jobId) || seen.size >= mostTooLate;
    seen.add(jobId);
    return isOver;
  };
}
