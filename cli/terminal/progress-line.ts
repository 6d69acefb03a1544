import pc from 'picocolors';
import { formatDuration } from '../../core/config/duration.ts';
import type { StatusCounts } from '../../workflow/reports/count-by-status.ts';

const bar = (share: number, width: number): string => {
  const full = Math.round(share * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
};

const over = (counts: StatusCounts): number => counts.completed + counts.failed + counts.timeout;

/**
 * `████░░░░ 12/24 · 2 running · 1 failed · 31/min · ETA 24s`
 * @param start the counts when watching began, for rate and ETA
 */
export function renderProgress(start: StatusCounts, now: StatusCounts, elapsedSeconds: number): string {
  const left = now.to_run + now.running;
  const done = over(now) - over(start);
  const rate = elapsedSeconds > 0 ? done / elapsedSeconds : 0;
  const parts = [
    `${bar(now.total === 0 ? 1 : over(now) / now.total, 24)} ${over(now)}/${now.total}`,
    `${now.completed} completed`,
    `${now.running} claimed`,
    ...(now.failed > 0 ? [pc.red(`${now.failed} failed`)] : []),
    ...(now.timeout > 0 ? [pc.yellow(`${now.timeout} timed out`)] : []),
    `${(rate * 60).toFixed(rate < 1 ? 1 : 0)}/min`,
    rate > 0 ? `ETA ${formatDuration(left / rate)}` : 'ETA –',
  ];
  return parts.join(' · ');
}

/** A line on a terminal that rewrites itself; in a log file, a line now and then. */
export function startProgressLine(
  isQuiet: boolean,
  start: StatusCounts,
): { update: (count: () => StatusCounts) => void; stop: (end: StatusCounts) => void } {
  const startedAtMs = Date.now();
  // Counting 10⁶ rows takes 0.1 s, so it is done only when somebody reads it.
  const everyMs = process.stderr.isTTY ? 1000 : 10_000;
  let lastMs = startedAtMs;
  let last = '';
  const write = (now: StatusCounts): void => {
    const line = renderProgress(start, now, (Date.now() - startedAtMs) / 1000);
    if (line === last) return;
    last = line;
    process.stderr.write(process.stderr.isTTY ? `\r\u001B[2K${line}` : `${line}\n`);
  };
  return {
    update: (count) => {
      if (isQuiet || Date.now() - lastMs < everyMs) return;
      lastMs = Date.now();
      write(count());
    },
    stop: (end) => {
      if (isQuiet) return;
      write(end);
      if (process.stderr.isTTY) process.stderr.write('\n');
    },
  };
}
