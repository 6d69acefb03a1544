import type { JobProgress } from '../../core/progress/job-progress.ts';

/** An optimisation in its seventh cycle. */
export function anOptimization(seenAt: string): JobProgress {
  return {
    phase: 'SCF',
    element: null,
    scf: { number: 7, iteration: 12, limit: 300, energyChange: -1.23e-5, converged: null },
    optimization: {
      cycle: 7,
      limit: 50,
      maxGradient: { value: 0.0021, target: 0.0003 },
      rmsGradient: { value: 0.0009, target: 0.0001 },
      energyChange: { value: -0.00012, target: 0.000005 },
    },
    share: null,
    seenAt,
    silentSeconds: 0,
    busyCores: 7.9,
    stalledSince: null,
  };
}
