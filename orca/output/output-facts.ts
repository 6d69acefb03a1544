import type { FailureHit } from './collect-failures.ts';
import type { Atom } from '../../core/job/calculation.ts';
import type { InputSettings } from './input-settings.ts';

/** What the last run in an output says. null: it does not say. */
export interface OutputFacts {
  /** Of the whole stream. */
  bytes: number;
  /** ORCA's banner, or another line that only ORCA writes, was seen. */
  isOrca: boolean;
  /** Runs that stand before the last one in the same stream, and count for nothing. */
  earlierRuns: number;
  version: string | null;
  /** Who computed in ORCA's place, by its own banner: `stand-in`, whose numbers are no chemistry, `NWChem`, `xtb`. null: ORCA itself. */
  engine: string | null;
  /** The method that such an engine computed with, whatever the input asks for. */
  methodInPlace: string | null;
  /** The input file, as ORCA echoes it. */
  inputName: string | null;
  /** What the echoed input asks for: `sp`, `grad`, `opt`, `opt+freq`, `neb`…; see find-kind.ts. */
  kind: string | null;
  /** The words of the echoed `!` lines, at most 1000 characters. */
  keywords: string | null;
  /** What the echoed input says about the method; null: it was not echoed. */
  settings: InputSettings | null;
  /** `%maxcore` of the echoed input, MB per rank. */
  maxCoreMb: number | null;
  /** Of the echoed input; 1 where it asks for none. */
  requestedRanks: number | null;
  /** ORCA's words for what it runs: `Single Point Calculation`, `Geometry Optimization Run`, … */
  runBanner: string | null;
  /** What the modules say; before and without them, what was asked for. */
  ranks: number | null;
  charge: number | null;
  multiplicity: number | null;
  /** Point charges that ORCA lists among the coordinates are counted as it counts them. */
  atomCount: number | null;
  /** ORCA said so by itself, not only by a table of coordinates. */
  hasAtomCount: boolean;
  /** Of the first table of coordinates, ångström: where the run began. */
  firstAtoms: Atom[] | null;
  /** Atomic number of the heaviest atom. */
  heaviestElement: number | null;
  /** Lower bound that no energy of this molecule can reach; see read-coordinates.ts. */
  energyBoundHartree: number | null;
  /** The molecule lies in a field of point charges, whose energy is part of its own. */
  hasPointCharges: boolean;
  finalEnergyHartree: number | null;
  /** What stands in brackets before or behind the last energy, e.g. `(SCF not fully converged!)`. */
  energyNote: string;
  /** A geometry was begun whose energy has not been printed: the one above belongs to another. */
  isEnergyDue: boolean;
  /** Decimals of the last final energy; ORCA prints 12. */
  energyDecimals: number | null;
  /** How many final energies were printed. */
  energyCount: number;
  /** Largest component of the last Cartesian gradient. */
  maxGradientHartreePerBohr: number | null;
  /** Sum over all converged SCF procedures. */
  scfCycles: number | null;
  /** Cycles of the last SCF procedure, converged or not. */
  lastScfCycles: number | null;
  /** Cycles of each converged SCF procedure, in order; of the last 10. */
  scfCyclesOfEach: number[];
  /** How the last SCF procedure ended. */
  lastScf: 'converged' | 'not_converged' | null;
  /** Optimisation cycles begun, in all steps of a scan. */
  optimizationCycles: number | null;
  /** After the last optimisation cycle. */
  optimization: 'running' | 'converged' | 'limit_reached' | null;
  /** Expectation value of <S**2>. */
  s2: number | null;
  /** Deviation of <S**2> from its ideal value. */
  spinContamination: number | null;
  /** ORCA's `Sum of individual times`. */
  sumOfTimesSeconds: number | null;
  totalRunTimeSeconds: number | null;
  endedNormally: boolean;
  /** Zero bytes stand where a block of the file was never written: a disk or a node failed. */
  hasHole: boolean;
  /** A line of ORCA behind the end mark: another attempt that was appended without its banner. */
  lineAfterEnd: string | null;
  /** Sentences that give failures away, in file order. */
  hits: FailureHit[];
  /** The last word of the analysis of the wave function's stability. */
  stability: 'stable' | 'unstable' | null;
  /** The reaction path was cut off at its limit of iterations, so often. */
  ircLimits: number;
  /** Optimisations that used up their cycles. */
  optimizationLimits: number;
  /** What ORCA says of iterations behind the SCF that did not converge, at most 5. */
  unconverged: string[];
  /** Boxes `FATAL ERROR ENCOUNTERED`. */
  fatalErrors: number;
  /** Of the last vibrational analysis; null: there was none. */
  imaginaryModes: number | null;
  /** Wavenumber of the lowest of them, cm⁻¹. */
  lowestMode: number | null;
  /** Kinds of calculation that said of themselves that they succeeded: `solvator`, `docker`… */
  ownSuccesses: string[];
  /** The last lines that are not blank, at most 10. */
  lastLines: string[];
}

/** Facts of a run that has said nothing yet. */
export function createFacts(): OutputFacts {
  return {
    bytes: 0,
    isOrca: false,
    earlierRuns: 0,
    version: null,
    engine: null,
    methodInPlace: null,
    inputName: null,
    kind: null,
    keywords: null,
    settings: null,
    maxCoreMb: null,
    requestedRanks: null,
    runBanner: null,
    ranks: null,
    charge: null,
    multiplicity: null,
    atomCount: null,
    hasAtomCount: false,
    firstAtoms: null,
    heaviestElement: null,
    energyBoundHartree: null,
    hasPointCharges: false,
    finalEnergyHartree: null,
    energyNote: '',
    isEnergyDue: false,
    energyDecimals: null,
    energyCount: 0,
    maxGradientHartreePerBohr: null,
    scfCycles: null,
    lastScfCycles: null,
    scfCyclesOfEach: [],
    lastScf: null,
    optimizationCycles: null,
    optimization: null,
    s2: null,
    spinContamination: null,
    sumOfTimesSeconds: null,
    totalRunTimeSeconds: null,
    endedNormally: false,
    hasHole: false,
    lineAfterEnd: null,
    hits: [],
    stability: null,
    ircLimits: 0,
    optimizationLimits: 0,
    unconverged: [],
    fatalErrors: 0,
    imaginaryModes: null,
    lowestMode: null,
    ownSuccesses: [],
    lastLines: [],
  };
}
