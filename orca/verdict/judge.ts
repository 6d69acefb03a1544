// The verdict on a run: what its output, its stderr and its files say, never its exit code alone.
import type { Calculation } from '../../core/job/calculation.ts';
import type { Outcome } from '../../core/job/outcome.ts';
import type { Metrics } from '../../core/job/result.ts';
import { type ErrorFacts, explainFailure, flawOf, hitsAtEnd, type ProcessEnd } from './explain-failure.ts';
import { findFlaw, type Flaw } from './find-flaw.ts';
import { keyOfWarning } from '../../core/job/warning.ts';
import { type DoubtRules, findWarnings, usualDoubts } from './find-warnings.ts';
import { listSideDeaths, survivesSteps } from './side-deaths.ts';
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
  /** Default: nothing is strict. */
  readonly rules?: DoubtRules;
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
export function judge({ output, stderr, runType, exitCode, signal, rules = usualDoubts }: Evidence): Verdict {
  const metrics = measure(output, rules);
  const flaw =
    findFailure(output, runType, readErrors(stderr), { exitCode, signal }) ?? findDoubt(metrics, rules);
  return {
    outcome: flaw === undefined ? { kind: 'completed' } : { kind: 'failed', ...flaw },
    metrics,
  };
}

/** A success that `strict` does not accept. */
function findDoubt({ warnings }: Metrics, { strict }: DoubtRules): Flaw | undefined {
  const doubt = warnings.find((warning) => {
    const key = keyOfWarning(warning);
    return key !== null && strict.includes(key);
  });
  return doubt === undefined ? undefined : flawOf('doubtful_result', doubt);
}

function findFailure(
  output: OutputFacts,
  runType: Evidence['runType'],
  errors: ErrorFacts,
  end: ProcessEnd,
): Flaw | undefined {
  if (!output.endedNormally) return explainFailure(output, hitsAtEnd(output), errors, end);
  const died = explainLaterDeath(output, end) ?? explainDeathInside(output, end);
  return died ?? findFlaw(output, runType);
}

const noErrors: ErrorFacts = { hits: [], lastLines: [] };

/** What stands behind the end mark, if it is not the epilogue of a job script: another attempt, which did not end. */
function explainLaterDeath(output: OutputFacts, end: ProcessEnd): Flaw | undefined {
  const later = output.hits.filter((hit) => hit.isAfterEnd && hit.sign.by === undefined);
  if (later.length > 0) return explainFailure(output, later, noErrors, end);
  if (output.lineAfterEnd === null) return undefined;
  const line = output.lineAfterEnd.slice(0, 100);
  return flawOf('killed_midrun', `another attempt begins after the end mark and does not end: ${line}`);
}

/** A module died in a run that printed its end mark; where it was one step of many, find-warnings.ts names it. */
function explainDeathInside(output: OutputFacts, end: ProcessEnd): Flaw | undefined {
  if (listSideDeaths(output).length === 0 || survivesSteps(output)) return undefined;
  return explainFailure(output, output.hits, noErrors, end);
}

/** Hits anywhere in stderr: nothing in it divides runs or steps. */
function readErrors(stderr: OutputFacts | string): ErrorFacts {
  if (typeof stderr !== 'string') return stderr;
  const reader = createOutputReader();
  reader.push(Buffer.from(stderr));
  return reader.finish();
}

function measure(output: OutputFacts, rules: DoubtRules): Metrics {
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
    warnings: findWarnings(output, rules),
  };
}

function readConvergence({ optimization }: OutputFacts): boolean | null {
  return optimization === null || optimization === 'running' ? null : optimization === 'converged';
}
