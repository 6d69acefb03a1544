/** The lines of one job in `oact top`: what `oact job show` says, its curves, and the end of its output. */
import pc from 'picocolors';
import type { Curves } from '../../core/progress/job-curves.ts';
import { renderJob } from '../job/render-job.ts';
import type { ScreenSize } from '../terminal/screen.ts';
import { listRunning } from '../status/summarize-running.ts';
import type { Snapshot } from './read-snapshot.ts';
import { sparkline } from './sparkline.ts';
import { listProgress } from '../status/render-progress.ts';
import type { JobDetail } from './top-state.ts';

/** The upper part says what is known, the lower one shows the output; neither takes all of a small screen. */
export function renderJobScreen(
  recordId: number,
  detail: JobDetail | null,
  snapshot: Snapshot,
  size: ScreenSize,
): string[] {
  if (detail === null) return [pc.bold(`record ${recordId}`), '', 'reading …'];
  const now = new Date(snapshot.at);
  const running = listRunning(snapshot.consumers).find((one) => one.recordId === recordId);
  const live =
    running === undefined
      ? []
      : [
          `${pc.bold('now')}        on ${running.node}, slot ${running.slot}`,
          ...(running.progress === null ? [] : listProgress(running.progress, now)).map(
            ([name, text]) => `${name.padEnd(11)}${text}`,
          ),
        ];
  const curves = renderCurves(detail.curves, size.columns - 24);
  const known = [
    ...renderJob({ ...detail.record, corrections: [], queue: null }, now).split('\n'),
    ...live,
    ...curves,
  ];
  if (detail.tail.length === 0) return [...known, '', 'no output yet'].slice(0, size.rows);
  const room = Math.max(3, size.rows - known.length - 2);
  const tail = detail.tail.slice(-room);
  const upper = known.slice(0, Math.max(1, size.rows - tail.length - 2));
  return [...upper, '', pc.dim('end of the output'), ...tail];
}

function renderCurves(curves: Curves | null, width: number): string[] {
  if (curves === null) return [];
  const last = curves.scf.at(-1);
  const lines: [string, string, string][] = [];
  if (curves.optimization.length > 0) {
    const gradients = curves.optimization.map(({ maxGradient }) => maxGradient);
    const energies = curves.optimization.map(({ energyHartree }) => energyHartree);
    lines.push(['energy', sparkline(energies, width), `${energies.length} cycles`]);
    lines.push(['gradient', sparkline(gradients, width, 'log'), 'log']);
  }
  if (last !== undefined) {
    const changes = curves.scf
      .filter(({ number }) => number === last.number)
      .map(({ changeHartree }) => (changeHartree === null ? null : Math.abs(changeHartree)));
    lines.push(['SCF |ΔE|', sparkline(changes, width, 'log'), 'log']);
  }
  return lines
    .filter(([, line]) => line.trim() !== '')
    .map(([name, line, words]) => `${name.padEnd(11)}${pc.cyan(line)}  ${words}`);
}
