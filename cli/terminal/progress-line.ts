import pc from 'picocolors';
import { formatDuration } from '../../core/config/duration.ts';

/** How far a run is. */
export interface RunProgress {
  /** Records that this run works on. */
  selected: number;
  completed: number;
  failed: number;
  timedOut: number;
  /** Where the claimed ones are; null: the queue does not answer. */
  claimed: { running: number; queued: number; putOff: number; toSettle: number } | null;
  /** What keeps jobs from being given out, in words; null: nothing. */
  waitsFor: string | null;
}

const bar = (share: number, width: number): string => {
  const full = Math.min(width, Math.round(share * width));
  return '█'.repeat(full) + '░'.repeat(width - full);
};

/** `████░░░░ 12/24 · 11 completed · 2 running · 3 queued · 1 failed · 31/min · ETA 24s` */
export function renderProgress(now: RunProgress, elapsedSeconds: number): string {
  const { selected, completed, failed, timedOut, claimed, waitsFor } = now;
  const done = completed + failed + timedOut;
  const rate = elapsedSeconds > 0 ? done / elapsedSeconds : 0;
  const left = Math.max(0, selected - done);
  const parts = [
    `${bar(selected === 0 ? 1 : done / selected, 24)} ${done}/${selected}`,
    `${completed} completed`,
    ...(claimed === null ? [] : listClaimed(claimed)),
    ...(failed > 0 ? [pc.red(`${failed} failed`)] : []),
    ...(timedOut > 0 ? [pc.yellow(`${timedOut} timed out`)] : []),
    `${(rate * 60).toFixed(rate < 1 ? 1 : 0)}/min`,
    left === 0 ? 'ETA 0s' : rate > 0 ? `ETA ${formatDuration(left / rate)}` : 'ETA –',
    ...(waitsFor === null ? [] : [pc.yellow(waitsFor)]),
  ];
  return parts.join(' · ');
}

function listClaimed({ running, queued, putOff, toSettle }: NonNullable<RunProgress['claimed']>): string[] {
  return [
    `${running} running`,
    ...(queued > 0 ? [`${queued} queued`] : []),
    ...(putOff > 0 ? [`${putOff} put off`] : []),
    ...(toSettle > 0 ? [`${toSettle} to settle`] : []),
  ];
}

/** A line on a terminal that rewrites itself; in a log file, a line now and then. */
export function startProgressLine(isQuiet: boolean): {
  update: (read: () => Promise<RunProgress>) => void;
  stop: (end: RunProgress) => void;
} {
  const startedAtMs = Date.now();
  // Counting 10⁶ rows takes 0.1 s, so it is done only when someone reads it.
  const everyMs = process.stderr.isTTY ? 1000 : 10_000;
  let lastMs = startedAtMs;
  let last = '';
  let isOver = false;
  const write = (now: RunProgress): void => {
    const line = renderProgress(now, (Date.now() - startedAtMs) / 1000);
    if (line === last) return;
    last = line;
    process.stderr.write(process.stderr.isTTY ? `\r\u001B[2K${line}` : `${line}\n`);
  };
  return {
    update: (read) => {
      if (isQuiet || Date.now() - lastMs < everyMs) return;
      lastMs = Date.now();
      // What cannot be read now is read the next time.
      void read().then(
        (now) => (isOver ? undefined : write(now)),
        () => undefined,
      );
    },
    stop: (end) => {
      isOver = true;
      if (isQuiet) return;
      write(end);
      if (process.stderr.isTTY) process.stderr.write('\n');
    },
  };
}
