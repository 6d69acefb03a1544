import type { LeftOut, Skip } from '../../core/waiting/left-out.ts';
import { countWaiting } from '../../workflow/records/count-waiting.ts';
import { countOwnChanges, readDataVersion } from '../../workflow/database/data-version.ts';
import { readWaitingMark } from '../../workflow/records/waiting-mark.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import type { Selection } from './selection.ts';
import { type Candidates, listCandidates } from './list-candidates.ts';

/** Records that may become jobs, from one look through all that waits to the next. */
export interface Supply {
  /** Looks through all that waits, unless what an earlier look found still holds. Call it before each batch. */
  begin(signal?: AbortSignal): Promise<void>;
  /** The next ones, at most `count`; fewer: there are no more. */
  take(count: number): number[];
  /** A record of these that is no job: it is not given out again until something changes. */
  reject(skip: Skip): void;
  /** What was taken and did not get to the queue is given out again. */
  forget(): void;
  /** All that the last look and the plans since left out. */
  leftOut(): LeftOut[];
  /** The first of them, each with its reason. */
  skipped(): readonly Skip[];
}

/** Another program may have let a record wait again without a trace: while the database changes, all is looked at again this often. */
const freshMs = 60_000;
/** Whatever happened. */
const oldestMs = 600_000;

interface Look extends Candidates {
  taken: number;
  mark: string;
  seen: string;
  atMs: number;
  /** Records that waited although none was left; undefined: not counted. */
  unexplained: number | undefined;
}

/**
 * A supply for one selection. One look through a million records takes about a second, so its result is used up before the next; a new look
 * comes first when records were imported, corrected, queued again or raised.
 */
export function createSupply(workflow: Workflow, selection: Omit<Selection, 'batchSize'>): Supply {
  const rejected = new Map<number, Skip>();
  let look: Look | undefined;

  const isOver = (last: Look): boolean => {
    const ageMs = performance.now() - last.atMs;
    const isUsedUp = last.taken >= last.ids.length;
    const seen = lookAt(workflow);
    if (seen === last.seen) return ageMs > oldestMs && !isUsedUp;
    if (readWaitingMark(workflow) !== last.mark) {
      rejected.clear();
      return true;
    }
    if (!isUsedUp) return ageMs > freshMs && versionOf(seen) !== versionOf(last.seen);
    const waiting = countWaiting(workflow, selection.ids);
    if (waiting === last.tally.count() || waiting === last.unexplained) {
      last.seen = seen;
      return ageMs > oldestMs;
    }
    return true;
  };

  const renew = async (signal?: AbortSignal): Promise<Look | undefined> => {
    if (look !== undefined && performance.now() - look.atMs > oldestMs) rejected.clear();
    const [mark, seen] = [readWaitingMark(workflow), lookAt(workflow)];
    const found = await listCandidates(workflow, selection, rejected, signal);
    if (found === undefined) return undefined;
    const unexplained = found.ids.length === 0 ? countWaiting(workflow, selection.ids) : undefined;
    return { ...found, taken: 0, mark, seen, atMs: performance.now(), unexplained };
  };

  return {
    begin: async (signal) => {
      if (look === undefined || isOver(look)) look = await renew(signal);
    },
    take: (count) => {
      if (look === undefined) return [];
      const ids = look.ids.slice(look.taken, look.taken + count);
      look.taken += ids.length;
      return ids;
    },
    reject: (skip) => {
      rejected.set(skip.recordId, skip);
      look?.tally.note(skip);
    },
    forget: () => void (look = undefined),
    leftOut: () => look?.tally.list() ?? [],
    skipped: () => look?.tally.first() ?? [],
  };
}

/** Changes with every commit: of other connections the first part, of this one the second. */
const lookAt = (workflow: Workflow): string =>
  `${workflow.file.ino}-${readDataVersion(workflow)} ${countOwnChanges(workflow)}`;
const versionOf = (seen: string): string => seen.split(' ')[0] ?? '';
