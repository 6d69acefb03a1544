/** The rows of `oact top`: nodes with their jobs, and below them the records that failed last. */
import { parseJobId } from '../../core/job/payload.ts';
import type { KnownConsumer } from '../../core/progress/consumer-registry.ts';
import type { LatestFailure } from '../../workflow/reports/list-latest-failures.ts';
import type { TopState } from './top-state.ts';

type RunningJob = KnownConsumer['jobs'][number];

/** A line that the cursor can stand on. */
export type TopRow =
  | { kind: 'node'; key: string; consumer: KnownConsumer; isFolded: boolean }
  | { kind: 'job'; key: string; consumer: KnownConsumer; job: RunningJob; recordId: number | null }
  | { kind: 'failure'; key: string; failure: LatestFailure; recordId: number };

/** What is seen of the snapshot through the filter, from the top. */
export function listRows(state: Pick<TopState, 'snapshot' | 'folded' | 'filter'>): TopRow[] {
  const { snapshot, folded, filter } = state;
  const wanted = filter.trim().toLowerCase();
  const fits = (...words: readonly (string | number | null | undefined)[]): boolean =>
    wanted === '' ||
    words.some((word) =>
      String(word ?? '')
        .toLowerCase()
        .includes(wanted),
    );
  const rows = snapshot.consumers.flatMap((consumer): TopRow[] => {
    const isNodeWanted = fits(consumer.node, consumer.state, consumer.allocationId);
    const jobs = consumer.jobs
      .toSorted((a, b) => a.slot - b.slot)
      .flatMap((job): TopRow[] => {
        const recordId = parseJobId(job.jobId)?.recordId ?? null;
        const name = snapshot.names[recordId ?? ''];
        const isWanted =
          isNodeWanted ||
          fits(recordId, name, job.formula, job.progress?.phase, isStalled(job) ? 'stalled' : '');
        return isWanted ? [{ kind: 'job', key: `job ${job.jobId}`, consumer, job, recordId }] : [];
      });
    if (!isNodeWanted && jobs.length === 0) return [];
    const isFolded = folded.has(consumer.id);
    return [{ kind: 'node', key: `node ${consumer.id}`, consumer, isFolded }, ...(isFolded ? [] : jobs)];
  });
  const failures = snapshot.failures
    .filter((one) => fits(one.recordId, one.name, one.class, one.node, 'failed'))
    .map((failure): TopRow => ({
      kind: 'failure',
      key: `failure ${failure.recordId}`,
      failure,
      recordId: failure.recordId,
    }));
  return [...rows, ...failures];
}

const isStalled = ({ progress }: RunningJob): boolean => progress !== null && progress.stalledSince !== null;

/** Where the cursor stands among the rows: on its own row, or where that was before it went. */
export function cursorIndex(rows: readonly TopRow[], cursor: TopState['cursor']): number {
  const at = rows.findIndex(({ key }) => key === cursor.key);
  return at === -1 ? Math.min(cursor.index, Math.max(0, rows.length - 1)) : at;
}
