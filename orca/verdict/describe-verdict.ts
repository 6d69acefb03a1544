// What `oact judge` says of one output.
import { rowOf } from '../failures/catalogue.ts';
import { kindOfRun } from '../output/find-kind.ts';
import { judge } from './judge.ts';
import type { OutputFacts } from '../output/output-facts.ts';

/** What `oact judge --json` says of one output; the names are a promise to scripts. null: the output does not say. */
export interface OutputVerdict {
  readonly file: string;
  readonly outcome: 'completed' | 'failed';
  /** Failure class of the catalogue; null for a success. */
  readonly class: string | null;
  /** Why it failed, in ORCA's own words where it has any; null for a success. */
  readonly line: string | null;
  /** Whether the same job may succeed on another try. */
  readonly retryable: boolean;
  /** Whether the failure tells of the node: the job would be handed back uncharged, and the fault counted against the node. */
  readonly nodeFault: boolean;
  readonly version: string | null;
  /** `sp`, `grad`, `opt`, `opt+freq`, `neb`…; see find-kind.ts. */
  readonly kind: string | null;
  readonly finalEnergyHartree: number | null;
  /** Sum over all converged SCF procedures. */
  readonly scfCycles: number | null;
  readonly optCycles: number;
  /** Largest component of the last Cartesian gradient, Eh/bohr. */
  readonly maxGradient: number | null;
  readonly s2: number | null;
  readonly charge: number | null;
  readonly multiplicity: number | null;
  readonly natoms: number | null;
  readonly ranks: number | null;
  /** ORCA's `TOTAL RUN TIME`. */
  readonly runTimeSeconds: number | null;
  readonly warnings: readonly string[];
}

/**
 * The verdict on an output whose run nobody watched, ours or not: by its text alone, against what its echoed input
 * asks for.
 * @param file as the reader of the verdict knows it
 * @param stderr facts of what the run wrote to stderr, where that is known
 */
export function describeVerdict(
  file: string,
  output: OutputFacts,
  stderr: OutputFacts | string,
): OutputVerdict {
  const { outcome, metrics } = judge({ output, stderr, runType: null, exitCode: null, signal: null });
  const failure = outcome.kind === 'failed' ? outcome : undefined;
  return {
    file,
    outcome: failure === undefined ? 'completed' : 'failed',
    class: failure?.class ?? null,
    line: failure?.reason ?? null,
    retryable: failure?.retryable ?? false,
    nodeFault: failure !== undefined && rowOf(failure.class).nodeFault,
    version: output.version,
    kind: kindOfRun(output.kind, output.runBanner),
    finalEnergyHartree: metrics.finalEnergyHartree,
    scfCycles: metrics.scfCycles,
    optCycles: metrics.optimizationCycles ?? 0,
    maxGradient: metrics.maxGradientHartreePerBohr,
    s2: metrics.s2,
    charge: output.charge,
    multiplicity: output.multiplicity,
    natoms: output.atomCount,
    ranks: metrics.ranks,
    runTimeSeconds: metrics.runTimeSeconds,
    warnings: metrics.warnings,
  };
}
