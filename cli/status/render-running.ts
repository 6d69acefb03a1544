import { secondsSince } from '../../core/progress/consumer-registry.ts';
import { formatDuration } from '../../core/config/duration.ts';
import { renderTable } from '../terminal/print.ts';
import {
  describeCycle,
  describePhase,
  describeScf,
  describeSigns,
  describeTarget,
} from './render-progress.ts';
import type { RunningJob, RunningSummary } from './summarize-running.ts';

/** The lines of `oact status`: how many jobs do what, and a table of those that need a look first. */
export function renderRunning(summary: RunningSummary, now: Date): string[] {
  if (summary.total === 0) return [];
  const more = summary.total - summary.jobs.length;
  const rest = more > 0 ? [`… and ${more} more, started later; oact consumer list --json shows all`] : [];
  return [`jobs      ${renderCounts(summary)}`, '', renderJobs(summary.jobs, now), ...rest, ''];
}

/** `12 SCF, 3 gradient; 1 stalled` */
export function renderCounts({ phases, stalled }: Pick<RunningSummary, 'phases' | 'stalled'>): string {
  const counts = Object.entries(phases).map(([phase, count]) => `${count} ${phase}`);
  return `${counts.join(', ')}${stalled > 0 ? `; ${stalled} stalled` : ''}`;
}

function renderJobs(jobs: readonly RunningJob[], now: Date): string {
  const hasNames = jobs.some(({ name }) => name !== null);
  const rows = jobs.map(({ recordId, jobId, name, formula, node, slot, startedAt, progress }) => [
    recordId ?? jobId,
    ...(hasNames ? [name] : []),
    formula,
    node,
    slot,
    formatDuration(Math.max(0, secondsSince(startedAt, now))),
    progress && describePhase(progress),
    progress && describeCycle(progress),
    progress && describeTarget('MAX', progress.optimization?.maxGradient ?? null),
    progress && describeScf(progress),
    progress ? describeSigns(progress, now) : '',
  ]);
  const head = [
    'record',
    ...(hasNames ? ['name'] : []),
    'formula',
    'node',
    'slot',
    'for',
    'phase',
    'cycle',
    'gradient',
    'SCF iteration',
    '',
  ];
  return renderTable(head, rows, hasNames ? [0, 4, 5] : [0, 3, 4]);
}
