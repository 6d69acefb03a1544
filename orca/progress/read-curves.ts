import type { CurveFollower, OptimizationPoint, ScfPoint } from '../../core/progress/job-curves.ts';
import type { ProgressState } from './progress-state.ts';
import { createProgressFollower } from './read-progress.ts';

/** More than a screen can show; the oldest go first, so that memory does not grow with the output. */
const longestCurve = 2000;

/** Keeps what a progress follower only passes by: each iteration of each SCF, and each cycle of an optimization. */
export function createCurveFollower(): CurveFollower {
  let scf: ScfPoint[] = [];
  let optimization: OptimizationPoint[] = [];
  let run: ProgressState | undefined;

  const follower = createProgressFollower((state) => {
    if (state !== run) {
      run = state;
      scf = [];
      optimization = [];
    }
    noteScf(scf, state);
    noteCycle(optimization, state);
  });
  return {
    push: (chunk) => follower.push(chunk),
    read: () => ({ scf: [...scf], optimization: optimization.map((point) => ({ ...point })) }),
  };
}

function noteScf(points: ScfPoint[], { scf, lastEnergy }: ProgressState): void {
  if (!scf || lastEnergy === null || scf.iteration === 0) return;
  const last = points.at(-1);
  // The line that says how it ended counts the iterations again.
  if (last?.number === scf.number && (scf.converged !== null || last.iteration === scf.iteration)) return;
  const { number, iteration, energyChange } = scf;
  points.push({ number, iteration, energyHartree: lastEnergy, changeHartree: energyChange });
  if (points.length > longestCurve) points.shift();
}

function noteCycle(points: OptimizationPoint[], { optimization, finalEnergy }: ProgressState): void {
  if (!optimization) return;
  const { cycle, maxGradient, rmsGradient } = optimization;
  const last = points.at(-1);
  if (last?.cycle !== cycle) {
    points.push({ cycle, energyHartree: null, ...gradientsOf(null, null) });
    if (points.length > longestCurve) points.shift();
    return;
  }
  // The geometry found is computed once more at the end, which is no cycle.
  last.energyHartree ??= finalEnergy;
  // Until its own table is printed, a cycle shows the rows of the one before.
  if (finalEnergy !== null) Object.assign(last, gradientsOf(maxGradient, rmsGradient));
}

type Row = { value: number; target: number } | null;

function gradientsOf(max: Row, rms: Row): Omit<OptimizationPoint, 'cycle' | 'energyHartree'> {
  return {
    maxGradient: max?.value ?? null,
    maxGradientTarget: max?.target ?? null,
    rmsGradient: rms?.value ?? null,
    rmsGradientTarget: rms?.target ?? null,
  };
}
