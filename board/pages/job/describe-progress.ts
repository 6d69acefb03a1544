import type { JobProgress } from '../../../core/progress/job-progress.ts';

/** What a run does, in a few words: `SCF 12 · cycle 3 of 50`. */
export function describeProgress(progress: JobProgress | null): string {
  if (!progress) return 'starting';
  const { phase, element, scf, optimization, share, stalledSince } = progress;
  const step = phase === 'SCF' && scf ? ` ${scf.iteration}` : '';
  const parts = [
    `${phase}${element === null ? '' : ` (${element})`}${step}`,
    optimization &&
      `cycle ${optimization.cycle}${optimization.limit === null ? '' : ` of ${optimization.limit}`}`,
    share && phase !== 'done' ? `${Math.round(100 * share.done)} %` : null,
    stalledSince === null ? null : 'stalled',
  ];
  return parts.filter((part) => part !== null).join(' · ');
}
