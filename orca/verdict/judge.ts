import type { Calculation } from '../../core/job/calculation.ts';
import type { Outcome } from '../../core/job/outcome.ts';
import type { Metrics } from '../../core/job/result.ts';
import type { FailureHits } from '../output/collect-failures.ts';
import { explainFailure } from './explain-failure.ts';
import { findFlaw } from './find-flaw.ts';
import { findWarnings } from './find-warnings.ts';
import type { OutputFacts } from '../output/output-facts.ts';
import { createOutputReader } from '../output/read-output.ts';

export interface Evidence {
  readonly output: OutputFacts;
  /** Facts of a stream that was read like an output, or the text itself. */
  readonly stderr: OutputFacts | string;
  /** What the input asked for; null for a run that is not ours, which is taken at the input it echoes. */
  readonly runType: Calculation['runType'] | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

export interface Verdict {
  readonly outcome: Outcome;
  readonly metrics: Metrics;
}

/**
 * The verdict on a run that ended by itself. The text of its last run decides: ORCA exits 0 after most
 * failures and ends "normally" without having done what was asked. Code and signal only explain silence.
 * Whether oact itself stopped the run (time limit, drain) is the caller's to know and decided before this.
 */
export function judge({ output, stderr, runType, exitCode, signal }: Evidence): Verdict {
  const flaw = output.endedNormally
    ? findFlaw(output, runType)
    : explainFailure(output, readErrors(stderr), { exitCode, signal });
  return {
    outcome: flaw === undefined ? { kind: 'completed' } : { kind: 'failed', ...flaw },
    metrics: measure(output),
  };
}

/** Hits anywhere in stderr: nothing in it divides runs or steps. */
function readErrors(stderr: OutputFacts | string): FailureHits {
  if (typeof stderr !== 'string') return stderr.failuresInRun;
  const reader = createOutputReader();
  reader.push(Buffer.from(stderr));
  return reader.finish().failuresInRun;
}

function measure(output: OutputFacts): Metrics {
  const name = (output.engine ?? 'orca').toLowerCase();
  return {
    finalEnergyHartree: output.finalEnergyHartree,
    maxGradientHartreePerBohr: output.maxGradientHartreePerBohr,
    scfCycles: output.scfCycles,
    optimizationCycles: output.optimizationCycles,
    scfCyclesOfEach: output.scfCyclesOfEach,
    optimizationConverged: readConvergence(output),
    s2: output.s2,
    s2Deviation: output.spinContamination,
    runTimeSeconds: output.totalRunTimeSeconds,
    wallTimeSeconds: output.sumOfTimesSeconds,
    ranks: output.ranks,
    program: output.version === null ? null : `${name} ${output.version}`,
    warnings: findWarnings(output),
  };
}

function readConvergence({ optimization }: OutputFacts): boolean | null {
  return optimization === null || optimization === 'running' ? null : optimization === 'converged';
}
