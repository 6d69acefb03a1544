import type { FailureHits } from './collect-failures.ts';

/** What the last run in an output says. null: it does not say. */
export interface OutputFacts {
  /** Of the whole stream. */
  bytes: number;
  version: string | null;
  /** The stand-in says so in its banner; its numbers are no chemistry. */
  isStandIn: boolean;
  /** The input file, as ORCA echoes it. */
  inputName: string | null;
  /** ORCA's words for what it runs: `Single Point Calculation`, `Geometry Optimization Run`, … */
  runBanner: string | null;
  ranks: number | null;
  finalEnergyHartree: number | null;
  /** What stands behind the last energy, e.g. `(SCF not fully converged!)`. */
  energyNote: string;
  /** Largest component of the last Cartesian gradient. */
  maxGradientHartreePerBohr: number | null;
  /** Sum over all converged SCF procedures. */
  scfCycles: number | null;
  /** How the last SCF procedure ended. */
  lastScf: 'converged' | 'not_converged' | null;
  optimizationCycles: number | null;
  /** After the last optimisation cycle. */
  optimization: 'running' | 'converged' | 'limit_reached' | null;
  /** Deviation of <S**2> from its ideal value. */
  spinContamination: number | null;
  /** ORCA's `Sum of individual times`. */
  sumOfTimesSeconds: number | null;
  totalRunTimeSeconds: number | null;
  endedNormally: boolean;
  failuresInRun: FailureHits;
  /** Since the last start of the modules; see failure-classes.ts. */
  failuresInStep: FailureHits;
  /** The last lines that are not blank, at most 10. */
  lastLines: string[];
}

/** Facts of a run that has said nothing yet. */
export function createFacts(): OutputFacts {
  return {
    bytes: 0,
    version: null,
    isStandIn: false,
    inputName: null,
    runBanner: null,
    ranks: null,
    finalEnergyHartree: null,
    energyNote: '',
    maxGradientHartreePerBohr: null,
    scfCycles: null,
    lastScf: null,
    optimizationCycles: null,
    optimization: null,
    spinContamination: null,
    sumOfTimesSeconds: null,
    totalRunTimeSeconds: null,
    endedNormally: false,
    failuresInRun: {},
    failuresInStep: {},
    lastLines: [],
  };
}
