// How many jobs a consumer runs before it ends: on shared nodes one allocation often stands for one job.
import type { JobEnding } from './job-answer.ts';

/** Jobs that went back to the queue, for whatever reason, do not count. */
const counted: readonly JobEnding[] = ['completed', 'failed', 'timed_out', 'refused', 'cancelled'];

export interface JobQuota {
  /** Waits while as many run as may still end. @returns false when no job may be taken any more, or `cut` was aborted */
  take(cut: AbortSignal): Promise<boolean>;
  /** Nothing was there to be taken. */
  foundNothing(): void;
  ended(ending: JobEnding): void;
}

/** @param limit null: no limit */
export function createJobQuota(limit: number | null): JobQuota {
  const most = limit ?? Infinity;
  let underWay = 0;
  let done = 0;
  let wake = new AbortController();
  const change = (): void => {
    wake.abort();
    wake = new AbortController();
  };
  const take = async (cut: AbortSignal): Promise<boolean> => {
    if (cut.aborted || done >= most) return false;
    if (underWay + done < most) {
      underWay += 1;
      return true;
    }
    await aborted(AbortSignal.any([wake.signal, cut]));
    return take(cut);
  };
  return {
    take,
    foundNothing() {
      underWay -= 1;
      change();
    },
    ended(ending) {
      underWay -= 1;
      if (counted.includes(ending)) done += 1;
      change();
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
