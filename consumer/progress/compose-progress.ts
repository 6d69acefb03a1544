import type { JobProgress, OutputProgress } from '../../core/progress/job-progress.ts';
import type { Silence } from './judge-silence.ts';

/** Three digits are enough for people, and the announcement stays small. */
const rounded = (value: number): number => Number(value.toPrecision(3));

const roundedOrNull = (value: number | null): number | null => value && rounded(value);

type Target = NonNullable<NonNullable<OutputProgress['optimization']>['maxGradient']>;
const roundedTarget = (row: Target | null): Target | null =>
  row && { value: rounded(row.value), target: rounded(row.target) };

/** What is announced of a run that was looked at `now`. */
export function composeProgress(
  output: OutputProgress,
  silence: Silence,
  busyCores: number | null,
  now: Date,
): JobProgress {
  const { scf, optimization, share } = output;
  const stalledMs = Math.min(silence.silentMs, silence.idleMs);
  return {
    ...output,
    scf: scf && { ...scf, energyChange: roundedOrNull(scf.energyChange) },
    optimization: optimization && {
      ...optimization,
      maxGradient: roundedTarget(optimization.maxGradient),
      rmsGradient: roundedTarget(optimization.rmsGradient),
      energyChange: roundedTarget(optimization.energyChange),
    },
    share: share && { ...share, done: rounded(share.done) },
    seenAt: now.toISOString(),
    silentSeconds: Math.round(silence.silentMs / 1000),
    busyCores: roundedOrNull(busyCores),
    stalledSince: silence.isStalled ? new Date(now.getTime() - stalledMs).toISOString() : null,
  };
}
