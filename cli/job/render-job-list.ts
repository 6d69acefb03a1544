import { secondsSince } from '../../core/progress/consumer-registry.ts';
import { formatDuration } from '../../core/config/duration.ts';
import type { JobRow } from '../../workflow/lookup/search-jobs.ts';
import { cutToWidth } from '../terminal/cut-to-width.ts';
import { alignColumns } from '../terminal/align-columns.ts';
import { paintStatus } from '../terminal/print.ts';

const head = ['id', 'name', 'formula', 'status', 'tries', 'fails', 'class', 'node', 'took', 'ended', 'error'];

/** Lines of `oact job list`; what may be long stands last. */
export function renderJobList(rows: readonly JobRow[], now: Date): string[] {
  return alignColumns(
    head,
    rows.map((row) => [
      row.id,
      row.name === null ? null : cutToWidth(row.name, 30),
      row.formula,
      paintStatus(row.status ?? '(none)'),
      row.attempts,
      row.failCount,
      row.class ?? (row.outcome === 'timed_out' ? 'timed_out' : null),
      row.node,
      row.elapsedSeconds === null ? null : formatDuration(row.elapsedSeconds),
      row.endedAt === null ? null : `${formatDuration(Math.max(0, secondsSince(row.endedAt, now)))} ago`,
      (row.errorMessage ?? row.reason ?? '').replaceAll(/\s+/g, ' '),
    ]),
    [0, 4, 5, 8, 9],
  );
}

/** Where in the whole the page is. */
export function describePage(page: { total: number; offset: number; shown: number }): string {
  const { total, offset, shown } = page;
  if (total === 0) return 'No record matches.';
  const records = `${total.toLocaleString('en')} record${total === 1 ? '' : 's'}`;
  if (shown === 0) return `${records} match${total === 1 ? 'es' : ''}; --offset ${offset} skips all of them.`;
  if (shown === total) return `${records}.`;
  const next = offset + shown < total ? ` Next: --offset ${offset + shown}` : '';
  return `${offset + 1} to ${offset + shown} of ${records}.${next}`;
}
