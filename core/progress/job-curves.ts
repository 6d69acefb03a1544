/** One iteration of an SCF. */
export interface ScfPoint {
  /** Which SCF of the run, from 1. */
  number: number;
  iteration: number;
  energyHartree: number;
  /** From the iteration before; null in the first one. */
  changeHartree: number | null;
}

/** One cycle of an optimization; null: it has not been printed yet. Gradients in Eh/bohr. */
export interface OptimizationPoint {
  cycle: number;
  energyHartree: number | null;
  maxGradient: number | null;
  maxGradientTarget: number | null;
  rmsGradient: number | null;
  rmsGradientTarget: number | null;
}

/** What can be drawn of the newest run in an output, oldest first. */
export interface Curves {
  scf: ScfPoint[];
  optimization: OptimizationPoint[];
}

/** Follows an output while it grows. */
export interface CurveFollower {
  /** What was written since the last call. Keeps nothing of the chunk itself. */
  push(chunk: Buffer): void;
  read(): Curves;
}
