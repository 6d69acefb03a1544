import { formatDuration } from '../../core/config/duration.ts';
import { describeWait } from '../../core/job/retry.ts';
import type { JobProgress } from '../../core/progress/job-progress.ts';
import { describeRemedies } from '../../orca/retry/describe-remedies.ts';
import type { AttemptCounts } from '../../workflow/results/result-columns.ts';
import type { CorrectionView } from '../../workflow/lookup/list-corrections.ts';
import type { AttemptView, RecordView } from '../../workflow/lookup/show-record.ts';
import { listShownResults, type ShownResult } from '../../workflow/results/list-shown.ts';
import { paintStatus, renderTable } from '../terminal/print.ts';
import { listProgress } from '../status/render-progress.ts';

/** A job as the queue knows it. */
export interface QueuedJob {
  jobId: string;
  /** BullMQ's word. */
  state: string;
  /** Where it runs, or was seen last. */
  node: string | null;
  /** Since when it runs, or when it came back last; ISO 8601 UTC. */
  since: string | null;
  lastFault: string | null;
  counts: AttemptCounts;
  /** Where it runs; null: it does not, or its consumer has not said so yet. */
  slot: number | null;
  /** How far it is, as its consumer saw it last. */
  progress: JobProgress | null;
}

/** The shape of `oact job show --json`. */
export interface JobView extends RecordView {
  /** What `oact set` changed, oldest first. */
  corrections: CorrectionView[];
  /** null when no attempt is open. */
  queue: QueuedJob | { error: string } | null;
}

export function renderJob(view: JobView, now = new Date()): string {
  const facts: [string, string | number | null][] = [
    ['record', `${view.id}${view.name === null ? '' : `  ${view.name}`}`],
    ['source', describeSource(view)],
    ['status', view.status === null ? null : paintStatus(view.status)],
    ['fail count', view.failCount],
    ['charge', view.charge],
    ['multiplicity', view.multiplicity],
    ['directory', view.jobDir],
    ['error', view.errorMessage],
    ...listShownResults(view, view.attempts).map((result): [string, string | null] => [
      result.label,
      renderResult(result),
    ]),
  ];
  const live = view.queue !== null && !('error' in view.queue) ? view.queue : undefined;
  if (view.queue !== null) facts.push(['queue', renderQueue(view.queue)]);
  if (live?.progress) facts.push(...listProgress(live.progress, now));
  return [
    ...facts.map(([name, value]) => `${name.padEnd(13)} ${value ?? '–'}`),
    '',
    view.attempts.length === 0 ? 'No attempt yet.' : renderAttempts(view.attempts, live),
    ...renderNotes(view.attempts),
    ...renderCorrections(view.corrections),
  ].join('\n');
}

function renderResult({ value, unit }: ShownResult): string | null {
  if (value === null) return null;
  return unit === 's' ? formatDuration(Number(value)) : `${value}${unit === null ? '' : ` ${unit}`}`;
}

/** `wave2.csv:17, orig_index 16` */
function describeSource({ source, origIndex }: RecordView): string | null {
  const index = origIndex === null ? [] : [`orig_index ${origIndex}`];
  const parts = [...(source === null ? [] : [source]), ...index];
  return parts.length === 0 ? null : parts.join(', ');
}

/** Who corrected what; a geometry is many lines. */
function renderCorrections(corrections: readonly CorrectionView[]): string[] {
  if (corrections.length === 0) return [];
  const lines = corrections.map(({ changedAt, changedBy, field, oldValue, newValue, attempt }) => {
    const change = field === 'geometry' ? 'replaced' : `${oldValue ?? 'not set'} → ${newValue ?? 'not set'}`;
    return `corrected ${changedAt} by ${changedBy}: ${field} ${change}${attempt > 0 ? `, after attempt ${attempt}` : ''}`;
  });
  return ['', ...lines];
}

function renderQueue(queue: NonNullable<JobView['queue']>): string {
  if ('error' in queue) return queue.error;
  const { jobId, state, node, since, lastFault } = queue;
  const where = node === null ? '' : state === 'active' ? ` on ${node}` : `, last on ${node}`;
  const when = since === null ? '' : ` ${state === 'active' ? 'since' : 'at'} ${since}`;
  const fault = lastFault === null ? '' : `; last fault: ${lastFault}`;
  return `${jobId} is ${state}${where}${when}${fault}`;
}

/** What an attempt did not have to compute again. */
function renderRestart(attempt: AttemptView): string[] {
  const { restartedFrom, earlierSeconds, earlierOptimizationCycles, earlierScfCycles } = attempt;
  if (restartedFrom === null) return [];
  const cycles = [
    ...(earlierOptimizationCycles ? [`${earlierOptimizationCycles} optimisation cycles`] : []),
    ...(earlierScfCycles ? [`${earlierScfCycles} SCF cycles`] : []),
  ];
  const before = cycles.length === 0 ? '' : `, after ${cycles.join(' and ')}`;
  const saved = formatDuration(earlierSeconds ?? 0);
  return [`attempt ${attempt.attempt} resumed from ${restartedFrom}${before}: ${saved} saved`];
}

/** Why an attempt follows another one and what it does otherwise, or why none follows. */
export function describeRetry({
  retryReason,
  remedies,
  ...wait
}: Pick<AttemptView, 'retryReason' | 'remedies' | 'notBefore' | 'avoidNodes'>): string {
  return `${retryReason ?? 'it failed'} → ${describeRemedies(remedies)}${describeWait(wait)}`;
}

function renderNotes(attempts: readonly AttemptView[]): string[] {
  const lines = attempts.flatMap((attempt) => [
    ...(attempt.retryOf === null
      ? []
      : [`attempt ${attempt.attempt} after ${attempt.retryOf}: ${describeRetry(attempt)}`]),
    ...(attempt.notRetried === null
      ? []
      : [`attempt ${attempt.attempt} was not retried: ${attempt.notRetried}`]),
    ...renderRestart(attempt),
    ...attempt.warnings.map((warning) => `attempt ${attempt.attempt}, warning: ${warning}`),
  ]);
  return lines.length === 0 ? [] : ['', ...lines];
}

/** Open attempts have no counts of their own yet: those of the queue stand in. */
function renderAttempts(attempts: AttemptView[], live: QueuedJob | undefined): string {
  return renderTable(
    [
      'attempt',
      'outcome',
      'class',
      'node',
      'slot',
      'started',
      'elapsed',
      'starts',
      'lost',
      'handed back',
      'faults',
      'reason',
    ],
    attempts.map((attempt) => {
      const isLive = attempt.jobId === live?.jobId;
      const counts = isLive ? live.counts : attempt;
      return [
        attempt.attempt,
        attempt.outcome ?? (isLive ? live.state : 'open'),
        attempt.class,
        isLive ? live.node : attempt.node,
        isLive ? live.slot : attempt.slot,
        attempt.startedAt,
        attempt.elapsedSeconds === null ? null : formatDuration(attempt.elapsedSeconds),
        counts.starts,
        counts.lost,
        counts.handedBack,
        counts.faults,
        attempt.reason,
      ];
    }),
    [0, 4, 6, 7, 8, 9, 10],
  );
}
