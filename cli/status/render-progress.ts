import { secondsSince } from '../../core/progress/consumer-registry.ts';
import { formatDuration } from '../../core/config/duration.ts';
import type { JobProgress, OutputProgress } from '../../core/progress/job-progress.ts';

/** Older information is shown with its age: a consumer looks every 10 s and announces what it saw every 10 s. */
const freshSeconds = 30;

/** `heavy-atom guess (Np)` */
export function describePhase({ phase, element }: Pick<OutputProgress, 'phase' | 'element'>): string {
  return element === null ? phase : `${phase} (${element})`;
}

/** `7 of at most 50` */
export function describeCycle({ optimization }: Pick<OutputProgress, 'optimization'>): string | null {
  if (!optimization) return null;
  const { cycle, limit } = optimization;
  return limit === null ? String(cycle) : `${cycle} of at most ${limit}`;
}

/** `12, ΔE -1.2e-5 Eh`, or `converged after 14` */
export function describeScf({ scf }: Pick<OutputProgress, 'scf'>): string | null {
  if (!scf) return null;
  if (scf.converged !== null) return `${scf.converged ? '' : 'not '}converged after ${scf.iteration}`;
  return scf.energyChange === null
    ? String(scf.iteration)
    : `${scf.iteration}, ΔE ${scf.energyChange.toExponential(1)}`;
}

/** `MAX 2.1e-3 (target 3.0e-4)` */
export function describeTarget(name: string, row: { value: number; target: number } | null): string | null {
  return row && `${name} ${row.value.toExponential(1)} (target ${row.target.toExponential(1)})`;
}

/** What a person must know beside the numbers: a stall, silence, the share that is done, old information. */
export function describeSigns(progress: JobProgress, now: Date): string {
  const { stalledSince, silentSeconds, share, phase, seenAt, overdueSeconds } = progress;
  const age = secondsSince(seenAt, now);
  const signs = [
    stalledSince === null
      ? null
      : `stalled for ${formatDuration(Math.max(0, secondsSince(stalledSince, now)))}: no output, no CPU`,
    stalledSince === null && silentSeconds >= 60 ? `silent for ${formatDuration(silentSeconds)}` : null,
    overdueSeconds === undefined
      ? null
      : `${formatDuration(overdueSeconds)} longer than 95 of 100 such jobs take`,
    share === null || phase === 'done'
      ? null
      : `${Math.round(100 * share.done)} % ${share.of === 'run' ? 'done' : 'of the displacements'}`,
    age > freshSeconds ? `as of ${formatDuration(age)} ago` : null,
  ];
  return signs.filter((sign) => sign !== null).join('; ');
}

/** Lines of `oact job show`: what the run does, and how near to its targets it is. */
export function listProgress(progress: JobProgress, now: Date): [name: string, text: string][] {
  const { scf, optimization, busyCores } = progress;
  const signs = describeSigns(progress, now);
  const lines: [string, string | null][] = [
    ['phase', describePhase(progress) + (signs === '' ? '' : `; ${signs}`)],
    ['cycle', describeCycle(progress)],
    [
      'convergence',
      optimization &&
        [
          describeTarget('MAX gradient', optimization.maxGradient),
          describeTarget('RMS gradient', optimization.rmsGradient),
          describeTarget('energy change', optimization.energyChange),
        ]
          .filter((part) => part !== null)
          .join(', '),
    ],
    [
      'SCF',
      scf && `number ${scf.number}: ${scf.converged === null ? 'iteration ' : ''}${describeScf(progress)}`,
    ],
    ['CPU', busyCores === null ? null : `${busyCores} cores busy`],
  ];
  return lines.filter((line): line is [string, string] => line[1] !== null && line[1] !== '');
}
