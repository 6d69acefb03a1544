import { checkInPlace } from '../../workflow/database/check-in-place.ts';
import { type FinishedBucket, countFinished } from '../../workflow/reports/count-finished.ts';
import { type StatusCounts, countByStatus } from '../../workflow/reports/count-by-status.ts';
import { readDataVersion } from '../../workflow/database/data-version.ts';
import { findFirstEnd, findLastEnding } from '../../workflow/reports/find-ending-times.ts';
import { type CoreHoursBucket, listCoreHours } from '../../workflow/reports/list-core-hours.ts';
import { type CampaignEvent, listEvents } from '../../workflow/reports/list-events.ts';
import { type FailureGroup, listFailures } from '../../workflow/reports/list-failures.ts';
import { measureRate, type Rate } from '../../workflow/reports/measure-rate.ts';
import { type LeftOutNote, readLeftOut } from '../../workflow/steering/left-out.ts';
import { type Pause, readPause } from '../../workflow/steering/pause.ts';
import { type AllocationState, readAllocationState } from '../../workflow/allocations/allocation-state.ts';
import { readServeLife, type ServeLife } from '../../workflow/steering/serve-life.ts';
import { listStoppedBatches } from '../../workflow/attempts/batches.ts';
import { type CoreHoursReport, sumCoreHours } from '../../workflow/reports/sum-core-hours.ts';
import type { StoppedBatch } from '../../core/waiting/stopped-batch.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import type { CampaignSource } from './campaign-source.ts';
import { chooseCourse } from './choose-course.ts';

/** What the database says of a campaign. */
export interface RecordsView {
  counts: StatusCounts;
  /** Of the last hours; where nothing is left to do, of the last hours of the campaign. */
  rate: Rate;
  /** When the last job ended, where nothing is left to do; null: the campaign is under way, or nothing has ended. */
  endedAt: string | null;
  hours: CoreHoursReport;
  failures: FailureGroup[];
  events: CampaignEvent[];
  stopped: StoppedBatch[];
  /** Waiting records that no claim takes, as they were found last; null: none are known. */
  leftOut: LeftOutNote | null;
  /** null: jobs are given out. */
  pause: Pause | null;
  /** null: no `oact serve` ever led this campaign. */
  serve: ServeLife | null;
  /** As the last look at the schedulers found them. */
  allocations: AllocationState;
  /** What ended in equal pieces of time; the pieces of both are the same. */
  finished: FinishedBucket[];
  hoursOver: CoreHoursBucket[];
}

/** Time passes even if nothing is written: the last hour's rate and the charts move. */
const oldestMs = 30_000;
/** A database that is written to all the time is not read more often, however many pages are open. */
const freshMs = 250;
/** Reading may take this share of the time at most: a large database is read less often. */
const busyShare = 0.1;

const shownEvents = 12;

/** Reads the database again only when someone has written to it. */
export function createRecordsReader(source: CampaignSource): () => RecordsView {
  let last: { value: RecordsView; version: number; readMs: number; tookMs: number } | undefined;
  return () => {
    const { workflow } = source;
    reopenIfReplaced(source);
    const nowMs = Date.now();
    const age = last ? nowMs - last.readMs : Infinity;
    if (last && age < Math.max(freshMs, last.tookMs / busyShare)) return last.value;
    const version = readDataVersion(workflow);
    if (last && last.version === version && age < oldestMs) return last.value;
    const startedMs = performance.now();
    const value = read(source, new Date(nowMs));
    last = { value, version, readMs: nowMs, tookMs: performance.now() - startedMs };
    return value;
  };
}

function read({ workflow, maxFailCount }: CampaignSource, now: Date): RecordsView {
  const counts = countByStatus(workflow);
  const rate = measureRate(workflow, { now, maxFailCount, counts });
  const endedAt = rate.remaining === 0 ? findLastEnding(workflow) : null;
  const until = endedAt === null ? now : new Date(endedAt);
  return {
    counts,
    rate: endedAt === null ? rate : measureRate(workflow, { now: until, maxFailCount, counts }),
    endedAt,
    hours: sumCoreHours(workflow),
    failures: listFailures(workflow, { examples: 1 }),
    events: listEvents(workflow, shownEvents),
    stopped: listStoppedBatches(workflow),
    leftOut: counts.to_run === 0 ? null : readLeftOut(workflow),
    pause: readPause(workflow),
    serve: readServeLife(workflow, now),
    allocations: readAllocationState(workflow),
    ...readCourse(workflow, until),
  };
}

function readCourse(workflow: Workflow, until: Date): Pick<RecordsView, 'finished' | 'hoursOver'> {
  const range = chooseCourse(findFirstEnd(workflow), until);
  return { finished: countFinished(workflow, range), hoursOver: listCoreHours(workflow, range) };
}

/** A database that was restored from a backup is another file under the same name. */
export function reopenIfReplaced({ workflow }: CampaignSource): void {
  try {
    checkInPlace(workflow);
  } catch {
    workflow.reopen();
  }
}
