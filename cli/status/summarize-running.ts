import type { Announcement, KnownConsumer } from '../../core/progress/consumer-registry.ts';
import type { JobProgress } from '../../core/progress/job-progress.ts';
import { parseJobId } from '../../core/job/payload.ts';

/** A job that a consumer runs, as it announced it last. */
export interface RunningJob {
  jobId: string;
  recordId: number | null;
  /** The chemist's own; null: it has none. */
  name: string | null;
  formula: string | null;
  node: string;
  slot: number;
  startedAt: string;
  /** null: it was not looked at yet. */
  progress: JobProgress | null;
}

/** What `oact status` says of the running jobs. */
export interface RunningSummary {
  total: number;
  stalled: number;
  /** How many are in which phase, the most frequent first. */
  phases: Record<string, number>;
  /** Those that stall, then those that run for the longest time; at most 10. */
  jobs: RunningJob[];
}

const shownJobs = 10;

/** Of a consumer that fell silent, too: it may come back. */
export function listRunning(consumers: readonly KnownConsumer[]): RunningJob[] {
  const newest = new Map<string, { seenAt: string; job: RunningJob }>();
  for (const { node, state, seenAt, jobs } of consumers) {
    if (state === 'ended') continue;
    for (const job of jobs) {
      // A job whose consumer vanished runs again elsewhere.
      if ((newest.get(job.jobId)?.seenAt ?? '') > seenAt) continue;
      const recordId = parseJobId(job.jobId)?.recordId ?? null;
      newest.set(job.jobId, { seenAt, job: { ...job, recordId, name: null, node } });
    }
  }
  return [...newest.values()].map(({ job }) => job);
}

export function summarizeRunning(consumers: readonly KnownConsumer[]): RunningSummary {
  const jobs = listRunning(consumers);
  return {
    total: jobs.length,
    stalled: jobs.filter(({ progress }) => isStalled(progress)).length,
    phases: countPhases(jobs),
    jobs: jobs.toSorted((a, b) => (urgencyOf(a) < urgencyOf(b) ? -1 : 1)).slice(0, shownJobs),
  };
}

/** The same jobs with the names of their records. */
export function nameRunning(
  summary: RunningSummary,
  namesOf: (ids: number[]) => ReadonlyMap<number, string>,
): RunningSummary {
  const names = namesOf(summary.jobs.flatMap(({ recordId }) => (recordId === null ? [] : [recordId])));
  const jobs = summary.jobs.map((job) => ({ ...job, name: names.get(job.recordId ?? 0) ?? null }));
  return { ...summary, jobs };
}

export function isStalled(progress: JobProgress | null): boolean {
  return progress !== null && progress.stalledSince !== null;
}

/** A key to sort by: stalled ones, then the oldest. */
function urgencyOf({ progress, startedAt }: RunningJob): string {
  return `${isStalled(progress) ? 0 : 1} ${startedAt}`;
}

/** How many of some jobs are in which phase, the most frequent first. */
export function countPhases(
  jobs: readonly Pick<Announcement['jobs'][number], 'progress'>[],
): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { progress } of jobs) {
    const phase = progress?.phase ?? 'unknown';
    counts.set(phase, (counts.get(phase) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].toSorted(([, a], [, b]) => b - a));
}
